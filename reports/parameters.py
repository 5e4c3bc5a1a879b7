"""What did somebody ask a report for? Periods, days and filters from an address, and the same choices in words for the paper.

Addresses are typed, shortened and shared: what cannot be read counts as not asked. A page, its PDF and its XLSX read their parameters
here, so one address gives one set of figures.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from reports.paper import printed_date
from rules.restriction_terms import Effect, EntryKind, Layer
from rules.terms import HazardLevel, HazardSource, HazardState, Term
from server.catalogue.schemas import EntryQuery, EntryState
from server.hazards.queues import HazardQueue
from server.hazards.schemas import HazardQuery, HazardSort

EARLIEST = date(2000, 1, 1)
"""No hazard of a park's record is older."""

Parameters = Mapping[str, str]

_LONGEST_CODE = 4
"""Digits of a GB/T 4754 code."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Which hazards a report is about: found in the period, both days included, as they stood at the end of `as_of`.

    `level` is a value of `HazardLevel`; the general ones include those not graded yet.
    """

    found_from: date
    found_until: date
    as_of: date
    zone_id: UUID | None = None
    level: str = ""


class ClosureSort(Term):
    """How the enterprises of the closure report are ordered."""

    OVERDUE = "overdue", "逾期多的在前"
    FOUND = "found", "隐患多的在前"
    OPEN = "open", "未闭环多的在前"
    NAME = "name", "按名称"


class ClosureAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What the closure report was asked for; `notes` say what could not be done as asked."""

    scope: Scope
    sort: ClosureSort = ClosureSort.OVERDUE
    notes: tuple[str, ...] = ()

    def address_query(self, **more: str) -> str:
        """The same choices as an address carries them."""
        scope = self.scope
        given = {
            "from": scope.found_from.isoformat(),
            "to": scope.found_until.isoformat(),
            "as_of": scope.as_of.isoformat(),
            "zone": str(scope.zone_id or ""),
            "level": scope.level,
            "sort": "" if self.sort is ClosureSort.OVERDUE else self.sort.value,
            **more,
        }
        return urlencode({name: value for name, value in given.items() if value})


def read_closure(given: Parameters, today: date) -> ClosureAsked:
    """The closure report asked for. By default this year so far, as it stood at the end of yesterday."""
    notes = []
    as_of = read_day(given, "as_of") or today - timedelta(days=1)
    if as_of > today:
        as_of = today
        notes.append("截止日不能晚于今天，已按今天统计。")
    until = read_day(given, "to") or as_of
    if until > as_of:
        until = as_of
        notes.append("截止日之后发现的隐患不在统计内，统计期已截到截止日。")
    since = read_day(given, "from") or date(until.year, 1, 1)
    if since > until:
        since = date(until.year, 1, 1)
        notes.append("统计期的开始晚于结束，已从当年1月1日起统计。")
    scope = Scope(
        found_from=max(since, EARLIEST),
        found_until=max(until, EARLIEST),
        as_of=max(as_of, EARLIEST),
        zone_id=read_id(given, "zone"),
        level=read_term(given, "level", HazardLevel),
    )
    return ClosureAsked(scope=scope, sort=ClosureSort(read_term(given, "sort", ClosureSort) or ClosureSort.OVERDUE), notes=tuple(notes))


def closure_words(scope: Scope, zone_name: str) -> tuple[str, ...]:
    """The choices other than the days, in words."""
    words = ["仅列统计期内有隐患的单位"]
    if scope.zone_id is not None:
        words.append(f"片区：{zone_name or '（已不存在的片区）'}")
    if scope.level:
        words.append(f"级别：{HazardLevel(scope.level).label}")
    return tuple(words)


def read_hazards(given: Parameters) -> HazardQuery:
    """The list of hazards asked for, as its page reads it."""
    queue = read_term(given, "queue", HazardQueue)
    return HazardQuery(
        search="".join(sign for sign in given.get("q", "") if sign.isprintable()).strip(),
        queue=queue,
        state=read_term(given, "state", HazardState),
        level=read_term(given, "level", HazardLevel),
        source=read_term(given, "source", HazardSource),
        enterprise_id=read_id(given, "enterprise"),
        target_id=read_id(given, "target"),
        inspection_id=read_id(given, "inspection"),
        order_id=read_id(given, "order"),
        zone_id=read_id(given, "zone"),
        found_from=read_day(given, "from"),
        found_to=read_day(given, "to"),
        repeat={"yes": True, "no": False}.get(given.get("repeat", "")),
        sort=read_term(given, "sort", HazardSort) or (HazardSort.DUE if queue else HazardSort.NEWEST),
    )


def hazards_words(query: HazardQuery, names: Mapping[UUID, str]) -> tuple[str, ...]:
    """The list's filters in words. `names` knows the things that filters point to."""
    return tuple(_hazards_words(query, names))


def _hazards_words(query: HazardQuery, names: Mapping[UUID, str]) -> Iterator[str]:
    if query.queue:
        yield HazardQueue(query.queue).label
    terms: tuple[tuple[str, str, type[Term]], ...] = (
        ("状态", query.state, HazardState), ("级别", query.level, HazardLevel), ("来源", query.source, HazardSource)
    )  # fmt: skip
    for label, value, kind in terms:
        if value:
            yield f"{label}：{kind(value).label}"
    pointers = (
        ("企业", query.enterprise_id), ("检查对象", query.target_id), ("检查记录", query.inspection_id), ("文书", query.order_id),
        ("片区", query.zone_id),
    )  # fmt: skip
    for label, pointed_to in pointers:
        if pointed_to is not None:
            yield f"{label}：{names.get(pointed_to) or '（不在查看范围内）'}"
    if query.found_from or query.found_to:
        yield f"发现日期：{printed_date(query.found_from, '最早')}至{printed_date(query.found_to, '今天')}"
    if query.repeat is not None:
        yield "重复隐患" if query.repeat else "非重复隐患"
    if query.search:
        yield f"含“{query.search}”"


def read_catalogue(given: Parameters) -> EntryQuery:
    """The list of catalogue entries asked for, as its page reads it."""
    industry = given.get("industry", "").strip()
    return EntryQuery(
        search="".join(sign for sign in given.get("q", "") if sign.isprintable()).strip(),
        kind=read_term(given, "kind", EntryKind),
        layer=read_term(given, "layer", Layer),
        effect=read_term(given, "effect", Effect),
        state=read_term(given, "state", EntryState),
        industry=industry if industry.isascii() and industry.isdigit() and len(industry) <= _LONGEST_CODE else "",
        document="".join(sign for sign in given.get("document", "") if sign.isprintable()).strip(),
    )


def catalogue_words(query: EntryQuery) -> tuple[str, ...]:
    """The list's filters in words."""
    terms: tuple[tuple[str, str, type[Term]], ...] = (
        ("类别", query.kind, EntryKind), ("谁定的", query.layer, Layer), ("后果", query.effect, Effect), ("核对", query.state, EntryState)
    )  # fmt: skip
    words = [f"{label}：{kind(value).label}" for label, value, kind in terms if value]
    if query.industry:
        words.append(f"行业代码：{query.industry}")
    if query.document:
        words.append(f"文件：{query.document}")
    if query.search:
        words.append(f"含“{query.search}”")
    return tuple(words)


def read_day(given: Parameters, name: str) -> date | None:
    """A day written 2026-11-22, 2026/11/22 or 20261122, or None."""
    try:
        return date.fromisoformat(given.get(name, "").strip().replace("/", "-"))
    except ValueError:
        return None


def read_id(given: Parameters, name: str) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(given.get(name, "").strip())
    except ValueError:
        return None


def read_term(given: Parameters, name: str, kind: type[Term]) -> str:
    """A value of an enumeration, or empty."""
    value = given.get(name, "").strip()
    return value if value in {one.value for one in kind} else ""


def read_since(given: Parameters, today: date) -> date:
    """The day whose end the park's grading is compared with: of the quarter before, unless an earlier day is asked for."""
    day = read_day(given, "since")
    usual = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
    return usual if day is None or not EARLIEST <= day < today else day
