"""How is a screening said to people: its outcome in a sentence, its hits by effect, the words that met an entry, and why it changed?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup, escape

from rules.restriction_terms import Effect, Layer, Outcome
from server.models.projects import ProjectScreening
from server.screening.questions import Ask, place_words
from server.screening.schemas import ScreeningChange

_LOOKS = {
    Outcome.REFUSE: "refuse",
    Outcome.PHASE_OUT: "refuse",
    Outcome.REVIEW: "review",
    Outcome.CONDITIONAL: "conditional",
    Outcome.ALLOWED: "allowed",
    Outcome.PREFERRED: "allowed",
    Outcome.OUTSIDE_PARK: "outside",
}
_MOST_FACTS = 12


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome, and in a sentence why it is no other."""

    outcome: str
    by_letter: str
    """By the letter of the catalogue, where it is another."""
    look: str
    why: str


class EffectGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The hits of one effect, those with a ground of their own before those that only add a basis."""

    label: str
    look: str
    hits: tuple[Mapping[str, Any], ...]


def outcome_words(screening: ProjectScreening, hits: Sequence[Mapping[str, Any]], asks: Sequence[Ask], open_assumptions: int) -> Headline:
    """What a screening says, outcome first."""
    outcome, by_letter = Outcome(screening.outcome_confirmed), Outcome(screening.outcome)
    own = [hit for hit in hits if not hit.get("derived_from")]
    against = [hit for hit in own if hit["effect"] in (Effect.REFUSE.label, Effect.PHASE_OUT.label)]
    doubtful = [hit for hit in against if hit["effect_confirmed"] != hit["effect"]]
    said = [_counted(hits)]
    if against and len(doubtful) == len(against):
        said.append(f"其中 {len(against)} 条按字面{_effects(against)}，但{_doubts(doubtful)}，不能单独否决，须人工研判")
    elif against:
        said.append(f"其中 {len(against) - len(doubtful)} 条已核对原文，{_effects(against)}")
    blocking = sum(one.is_blocking for one in asks)
    if blocking:
        said.append(f"另有 {blocking} 个决定结论的问题没有回答，答清之前不会放行")
    if open_assumptions:
        said.append(f"有 {open_assumptions} 项没有填、按否处理，须有人确认")
    return Headline(
        outcome=outcome.label, by_letter="" if by_letter is outcome else by_letter.label, look=_LOOKS[outcome], why="；".join(said) + "。"
    )


def _counted(hits: Sequence[Mapping[str, Any]]) -> str:
    if not hits:
        return "没有命中目录条文"
    by_effect = Counter(hit["effect"] for hit in hits)
    derived = sum(bool(hit.get("derived_from")) for hit in hits)
    words = f"命中 {len(hits)} 条：" + "、".join(f"{effect} {count} 条" for effect, count in by_effect.items())
    return words + (f"（其中 {derived} 条由别的条目推出，只加依据）" if derived else "")


def _effects(hits: Sequence[Mapping[str, Any]]) -> str:
    return "或".join(dict.fromkeys(hit["effect"] for hit in hits))


def _doubts(hits: Sequence[Mapping[str, Any]]) -> str:
    reasons = []
    if any(not hit["verified"] for hit in hits):
        reasons.append("还没有核对原文")
    if any(hit["layer"] == Layer.PARK_PROPOSAL.label for hit in hits):
        reasons.append("只是园区建议")
    return "或".join(reasons)


def effect_groups(hits: Sequence[Mapping[str, Any]]) -> list[EffectGroup]:
    """The hits by effect, strictest first, as the screening ordered them."""
    groups = []
    for effect in Effect:
        found = tuple(hit for hit in hits if hit["effect"] == effect.label)
        if found:
            groups.append(EffectGroup(label=effect.label, look=effect.value, hits=found))
    return groups


def marked(text: str, words: str) -> Markup:
    """The project's own text with the words that met an entry marked; letter case aside."""
    result = str(escape(text))
    for word in sorted({one.strip() for one in words.split("+") if one.strip()}, key=len, reverse=True):
        safe = str(escape(word))
        at = result.lower().find(safe.lower())
        if at >= 0 and "<mark>" not in result[max(0, at - 6) : at]:
            result = f"{result[:at]}<mark>{result[at : at + len(safe)]}</mark>{result[at + len(safe) :]}"
    if "<mark>" not in result:
        result = f"<mark>{result}</mark>"
    return Markup(result)  # noqa: S704 - every part was escaped above


def why_words(change: ScreeningChange, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Why a screening says something else than the one before it, in sentences."""
    said = []
    if change.outcome_before != change.outcome_after:
        said.append(f"结论由“{Outcome(change.outcome_before).label}”变为“{Outcome(change.outcome_after).label}”")
    if change.facts:
        shown = [_changed(place, before, after) for place in change.facts[:_MOST_FACTS]]
        rest = len(change.facts) - len(shown)
        said.append("项目情况改了：" + "；".join(shown) + (f"；另有 {rest} 处，见各版对照" if rest else ""))
    if change.is_other_catalogue:
        said.append("目录换了版本")
    if change.added:
        said.append(f"新命中：{'、'.join(change.added)}")
    if change.removed:
        said.append(f"不再命中：{'、'.join(change.removed)}")
    return said or ["项目情况和目录都没有变，结论相同"]


def fact_changes(places: Sequence[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Where two descriptions differ: the place in words, what stood there, what stands there now."""
    return [(place_words(place, after), _value(before, place), _value(after, place)) for place in places]


def _changed(place: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    words, was, now = fact_changes([place], before, after)[0]
    return f"{words} {was} → {now}"


def _value(facts: Mapping[str, Any], place: str) -> str:
    held: Any = facts
    for step in place.replace("[", "").replace("]", "").split("."):
        if isinstance(held, Mapping) and step in held:
            held = held[step]
        elif isinstance(held, list) and step.isdecimal() and int(step) < len(held):
            held = held[int(step)]
        else:
            return "（未填）"
    return plain_value(held)


def outcome_label(value: str) -> str:
    """An outcome in Chinese."""
    return Outcome(value).label if value else "—"


def row_word(place: str) -> str:
    """The name of a row's column before its value; a row's own name needs none."""
    words = place_words(place).split(" ", 1)[-1]
    return "" if place.endswith(".name") else f"{words} "


def plain_value(held: Any) -> str:
    """A stated value in words."""
    if held is None:
        return "不清楚"
    if isinstance(held, bool):
        return "是" if held else "否"
    if isinstance(held, Mapping):
        return str(held.get("name") or "、".join(plain_value(one) for one in held.values()))
    if isinstance(held, list):
        return "、".join(plain_value(one) for one in held) or "（空）"
    return str(held)
