"""How does a change of an edition read: the entry it is about, and what it does to it?"""

from collections.abc import Sequence

import msgspec

from rules.catalogue_editions import Tightening, WaiverRow
from rules.requests import plain
from rules.restriction import load_catalogue
from rules.restriction_data import Entry
from rules.restriction_terms import Layer
from server.catalogue.schemas import ChangeKind, ChangeView
from server.catalogue.wording import limit_in_words
from server.models.catalogue import CatalogueChange


def view_changes(changes: Sequence[CatalogueChange]) -> tuple[ChangeView, ...]:
    """Changes as people read them, additions first, then by entry."""
    views = [_view(one) for one in changes]
    return tuple(sorted(views, key=lambda one: (list(ChangeKind).index(one.kind), one.change.entry_id)))


def _view(change: CatalogueChange) -> ChangeView:
    kind = ChangeKind(change.kind)
    law = load_catalogue().by_id.get(change.entry_id)
    if kind is ChangeKind.ADDED:
        entry = msgspec.convert(change.content, Entry)
        words = (f"新建：{entry.effect_new.label}", f"现有改造：{entry.effect_existing.label}", *map(limit_in_words, entry.limits))
        return ChangeView(change=change, kind=kind, entry=entry, words=words)
    if kind is ChangeKind.TIGHTENED:
        return ChangeView(change=change, kind=kind, entry=law, words=_tightened(msgspec.convert(change.content, Tightening), law))
    return ChangeView(change=change, kind=kind, entry=law, words=_waived(msgspec.convert(change.content, WaiverRow), law))


def _tightened(row: Tightening, law: Entry | None) -> tuple[str, ...]:
    words = []
    if row.effect_new is not None:
        words.append(f"新建：{law.effect_new.label if law else '原后果'} → {row.effect_new.label}")
    if row.effect_existing is not None:
        words.append(f"现有改造：{law.effect_existing.label if law else '原后果'} → {row.effect_existing.label}")
    if row.limit_value is not None:
        before = limit_in_words(law.limits[0]) if law is not None and len(law.limits) == 1 else "原数值"
        words.append(f"{before} → {plain(row.limit_value)}")
    return tuple(words) or ("按建议采纳，内容不变",)


def _waived(row: WaiverRow, law: Entry | None) -> tuple[str, ...]:
    is_parks_own = law is None or law.layer in (Layer.PARK, Layer.PARK_PROPOSAL)
    effect = "本园区不适用" if is_parks_own else f"{law.layer.label if law else ''}条目不能免除，转人工研判"
    return (effect, f"批准：{row.approver}", *((f"至 {row.until.isoformat()}（当日起恢复）",) if row.until else ()))
