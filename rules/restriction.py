"""May this project come into the park, by which entries of the 禁限控 catalogue, and what must be asked first?

The catalogue at a day is compared with a project; the strictest effect decides, encouraged entries never outweigh, and an unknown
fact gives 人工研判 with its question, never a pass. The outcome is told twice: as the catalogue is written, and with only those entries
refusing that somebody confirmed against the official text and that the park has adopted. A person decides; this module prepares it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import msgspec

from rules.project import Project
from rules.restriction_data import Entry, SharedTerms, TextField, load_entries, load_shared_terms
from rules.restriction_facts import Facts, Text
from rules.restriction_grounds import MatchedWord
from rules.restriction_index import CatalogueIndex
from rules.restriction_installation import InstallationJudge, judge_installation
from rules.restriction_limits import Question
from rules.restriction_match import Verdict, judge_entry
from rules.restriction_terms import (
    EFFECT_SEVERITY,
    SEVERITY,
    Area,
    DateStatus,
    Effect,
    Layer,
    Outcome,
    SubstanceList,
)
from rules.substances import standing
from rules.term_index import Word

_OUTCOME_OF = {
    Effect.REFUSE: Outcome.REFUSE,
    Effect.PHASE_OUT: Outcome.PHASE_OUT,
    Effect.REVIEW: Outcome.REVIEW,
    Effect.CONDITIONAL: Outcome.CONDITIONAL,
    Effect.NOTICE: Outcome.ALLOWED,
    Effect.PREFERRED: Outcome.PREFERRED,
}
_BUILD_QUESTION = Question("建设性质是什么（新建、扩建、迁建、改建、技改）？", "企业（备案表）", "build_type")
_CAPACITY_QUESTION = Question("技改、改建是否新增产能（比对备案与环评历史）？", "企业、发改部门", "adds_capacity")


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """A park's decision not to apply an entry, with why, who approved it and from when."""

    entry_id: str
    reason: str
    approver: str
    from_day: date
    until: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether the waiver holds on that day: [from_day, until)."""
        return self.from_day <= on and (self.until is None or on < self.until)


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An entry met, or open with a strong candidate (`is_open`), with everything a reviewer needs."""

    entry: Entry
    effect: Effect
    effect_confirmed: Effect
    is_open: bool
    matched: tuple[MatchedWord, ...] = ()
    arithmetic: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    waiver: Waiver | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question with the entries it decides. `is_blocking` when the outcome waits for it."""

    question: Question
    entry_ids: tuple[str, ...]
    is_blocking: bool


class NearMiss(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that failed by exactly one known condition."""

    entry: Entry
    failed: str
    matched: tuple[MatchedWord, ...]


class Screening(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `assumptions` are flags taken as *no* because nothing in the description points to them."""

    on: date
    edition: str
    outcome: Outcome
    outcome_confirmed: Outcome
    hits: tuple[Hit, ...]
    questions: tuple[Asked, ...]
    near_misses: tuple[NearMiss, ...] | None
    assumptions: tuple[str, ...]
    layout: tuple[str, ...]


class Catalogue:
    """An edition of the catalogue, compiled for screening. Reading it changes nothing; any number of threads may share it."""

    def __init__(
        self,
        entries: Iterable[Entry],
        terms: SharedTerms,
        *,
        edition: str,
        waivers: Iterable[Waiver] = (),
        judge: InstallationJudge | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self.terms = terms
        self.edition = edition
        self.waivers = {one.entry_id: one for one in waivers}
        self.judge = judge or judge_installation
        self.index = CatalogueIndex(self.entries, terms)
        self.by_id = {one.id: one for one in self.entries}

    def in_force(self, on: date) -> tuple[Entry, ...]:
        """The entries that bind on a day, with those whose date is only a placeholder."""
        return tuple(one for one in self.entries if one.is_in_force(on))


@cache
def load_catalogue() -> Catalogue:
    """The national, provincial and proposed park catalogue as packaged, compiled once. Raises `RuleDataError` naming file and key."""
    return Catalogue(load_entries(), load_shared_terms(), edition="国家、省现行目录与园区建议稿")


def screen(project: Project, on: date, catalogue: Catalogue, *, near_misses: bool = False) -> Screening:
    """Screen a project against the catalogue as it binds on a day."""
    return _Run(project, on, catalogue, near_misses=near_misses).screening()


def find_candidates(project: Project, on: date, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The entries a project's facts point to before anything is weighed, by id, with the catalogue's words that stand in its texts."""
    found, candidates = _Run(project, on, catalogue, near_misses=False).candidates()
    entries = catalogue.index.entries
    words = {number: tuple(dict.fromkeys(word.text for marks in groups.values() for _, word in marks)) for number, groups in found.items()}
    return {entries[number].entry.id: words.get(number, ()) for number in sorted(candidates)}


class _Run:
    """One screening under way."""

    def __init__(self, project: Project, on: date, catalogue: Catalogue, *, near_misses: bool) -> None:
        self.project = project
        self.on = on
        self.catalogue = catalogue
        self.near = near_misses
        self.facts = Facts(project, catalogue.index, on, catalogue.judge)
        self.hits: list[Hit] = []
        self.missed: list[NearMiss] = []
        self.asked: dict[Question, tuple[list[str], bool]] = {}

    def screening(self) -> Screening:
        found, candidates = self.candidates()
        verdicts: list[Verdict] = []
        entries = self.catalogue.index.entries
        codes = self.facts.codes
        # Most words also stand in entries of other trades; full codes settle those at once.
        is_settled_by_code = bool(codes) and not self.near and all(len(code) == 4 for code in codes)
        for number in sorted(candidates):
            compiled = entries[number]
            prefixes = compiled.entry.match.industries
            if is_settled_by_code and prefixes and not any(code.startswith(prefixes) for code in codes):
                continue
            if not compiled.entry.is_in_force(self.on):
                continue
            verdict = judge_entry(compiled, self.facts, found.get(number, {}), near=self.near)
            if verdict is not None:
                verdicts.append(verdict)
        met = {one.entry.id for one in verdicts if one.value is True}
        for verdict in verdicts:
            self._take(verdict, met)
        self._derive()
        self._ask_about_mixtures()
        self._ask_about_description()
        return self._answer()

    # --- which entries -------------------------------------------------------------------------------------------------------------

    def candidates(self) -> tuple[dict[int, dict[TextField, list[tuple[Text, Word]]]], set[int]]:
        """The entries the project's facts point to, with the words that point there."""
        index, facts = self.catalogue.index, self.facts
        found: dict[int, dict[TextField, list[tuple[Text, Word]]]] = {}
        for field, terms, texts in (
            (TextField.PRODUCT, index.product_terms, (*facts.products, *facts.name)),
            (TextField.PROCESS, index.process_terms, facts.processes),
            (TextField.EQUIPMENT, index.equipment_terms, facts.equipment),
        ):
            for text in texts:
                for word, numbers in terms.find(text.form):
                    for number in numbers:
                        groups = found.setdefault(number, {})
                        groups.setdefault(field, []).append((text, word))
        candidates = set(found)
        by_cas, by_list, by_industry = index.by_cas, index.by_list, index.by_industry
        for one in facts.resolved:
            if one.cas in by_cas:
                candidates.update(by_cas[one.cas])
            if one.substance is not None:
                for listed in one.substance.lists:
                    candidates.update(by_list.get(listed, ()))
                if standing(one, SubstanceList.HAZARDOUS).holds is not False:
                    for derived in (SubstanceList.HAZARDOUS, SubstanceList.EXPLOSIVE, SubstanceList.TOXIC_OR_FLAMMABLE_GAS):
                        candidates.update(by_list.get(derived, ()))
        for family in (*facts.fuel_families, *facts.fuel_hints):
            candidates.update(index.by_fuel.get(family, ()))
        for code in facts.codes:
            for length in (2, 3, 4):
                candidates.update(by_industry.get(code[:length], ()))
        candidates.update(index.of_any_project)
        for name in facts.flags_given:
            candidates.update(index.by_flag.get(name, ()))
        for name in index.baseline_flags:
            if name not in facts.flags_given:
                answer = facts.flag(name)
                if answer.value is not False:
                    candidates.update(index.by_flag[name])
                elif answer.is_assumed:
                    facts.assumptions.add(name)
        if index.of_regulated_process and any(index.regulated_terms.find(text.form) for text in facts.processes):
            candidates.update(index.of_regulated_process)
        return found, candidates

    # --- what follows --------------------------------------------------------------------------------------------------------------

    def _take(self, verdict: Verdict, met: set[str]) -> None:
        entry = verdict.entry
        if verdict.value is False:
            self.missed.append(NearMiss(entry=entry, failed=verdict.failed, matched=tuple(verdict.matched)))
            return
        yielding = [other for other in entry.yields_to if other in met]
        if yielding:
            self.missed.append(NearMiss(entry=entry, failed=f"让位于 {'、'.join(yielding)}", matched=tuple(verdict.matched)))
            return
        effect, open_build = self._effect(verdict)
        waiver = self.catalogue.waivers.get(entry.id)
        if waiver is not None and waiver.is_in_force(self.on):
            if entry.layer in (Layer.PARK, Layer.PARK_PROPOSAL):
                self.missed.append(
                    NearMiss(
                        entry=entry, failed=f"园区决定不适用：{waiver.reason}（批准人：{waiver.approver}）", matched=tuple(verdict.matched)
                    )
                )
                return
            # A park cannot set national or provincial law aside: its waiver sends the entry to a person.
            if EFFECT_SEVERITY[effect] > EFFECT_SEVERITY[Effect.REVIEW]:
                effect = Effect.REVIEW
        else:
            waiver = None
        is_open = verdict.value is None
        weighs = EFFECT_SEVERITY[effect]
        if is_open:
            blocks = weighs >= EFFECT_SEVERITY[Effect.REVIEW] or (
                weighs == EFFECT_SEVERITY[Effect.CONDITIONAL] and not verdict.opened_by_rows
            )
            for question in verdict.questions:
                self._ask(question, entry.id, is_blocking=blocks)
            if not blocks or not verdict.is_listed:
                return
            effect = Effect.REVIEW
        else:
            for question in verdict.questions:
                self._ask(question, entry.id, is_blocking=effect is Effect.REVIEW)
            if open_build:
                self._ask(_BUILD_QUESTION, entry.id, is_blocking=True)
        self.hits.append(
            Hit(
                entry=entry,
                effect=effect,
                effect_confirmed=confirmed_effect(entry, effect),
                is_open=is_open,
                matched=tuple(verdict.matched),
                arithmetic=tuple(verdict.arithmetic),
                considered=tuple(verdict.considered),
                waiver=waiver,
            )
        )

    def _effect(self, verdict: Verdict) -> tuple[Effect, bool]:
        """The effect for this kind of construction, and whether it waits for that kind to be known."""
        entry = verdict.entry
        is_new = self.facts.counts_as_new
        if verdict.is_existing:
            is_new = False
        if entry.effect_new is entry.effect_existing:
            effect, waits = entry.effect_new, False
        elif is_new is None:
            effect, waits = Effect.REVIEW, True
        else:
            effect, waits = (entry.effect_new if is_new else entry.effect_existing), False
        if verdict.effect is not None and EFFECT_SEVERITY[verdict.effect] < EFFECT_SEVERITY[effect]:
            effect = verdict.effect
        return effect, waits

    def _derive(self) -> None:
        """Entries that only add a basis to others: they are shown and change nothing."""
        certain = [hit for hit in self.hits if not hit.is_open and hit.effect is not Effect.PREFERRED]
        for compiled in self.catalogue.index.derived:
            entry = compiled.entry
            if not entry.is_in_force(self.on) or entry.is_meta_rule:
                continue
            if entry.match.industries and not self.facts.stands_in(entry.match.industries):
                continue
            if entry.layer in (Layer.PARK, Layer.PARK_PROPOSAL) and self.facts.in_park is False:
                continue
            found = [hit for hit in certain if hit.entry.id.startswith(entry.derived_from) and _is_by(hit, entry)]
            if not found:
                continue
            sources = [hit.entry.id for hit in found]
            effect = entry.effect_new if self.facts.counts_as_new else entry.effect_existing
            effect = effect if self.facts.counts_as_new is not None else Effect.REVIEW
            self.hits.append(
                Hit(
                    entry=entry,
                    effect=effect,
                    # What rests on unconfirmed entries alone is no better confirmed than they are.
                    effect_confirmed=min(
                        confirmed_effect(entry, effect),
                        max((hit.effect_confirmed for hit in found), key=EFFECT_SEVERITY.__getitem__),
                        key=EFFECT_SEVERITY.__getitem__,
                    ),
                    is_open=False,
                    arithmetic=(f"由 {'、'.join(sources)} 推出，只加依据，不重复计分",),
                    considered=(f"条文例外：{entry.exceptions}",) if entry.exceptions else (),
                    derived_from=tuple(sources),
                )
            )

    # --- questions -----------------------------------------------------------------------------------------------------------------

    def _ask(self, question: Question, entry_id: str, *, is_blocking: bool) -> None:
        ids, blocks = self.asked.setdefault(question, ([], False))
        if entry_id and entry_id not in ids:
            ids.append(entry_id)
        self.asked[question] = (ids, blocks or is_blocking)

    def _ask_about_mixtures(self) -> None:
        for one in self.facts.resolved:
            if one.mixture is not None:
                self._ask(Question(one.mixture.question.format(name=one.material.name), one.mixture.ask, one.field), "", is_blocking=True)

    def _ask_about_description(self) -> None:
        project = self.project
        described = project.products or project.processes or project.equipment or project.materials or project.fuels
        if not described and not project.flags and not project.figures:
            self._ask(
                Question("产品、工艺、设备、物料都没有填，无法筛查：请按备案表和环评文件补填", "企业（备案表、环评文件）", "products"),
                "",
                is_blocking=True,
            )
        if not project.industry_codes:
            # Two entries in three are bound to an industry: without a code none of them can be said not to apply.
            self._ask(Question("项目的 GB/T 4754 行业代码（四位）是什么？", "企业、招商部门", "industry_codes"), "", is_blocking=True)
        if self.facts.in_park is None:
            self._ask(Question("项目是否在醴陵经开区四至范围内？", "规划部门", "location.in_park"), "", is_blocking=False)
        if self.facts.counts_as_new is False and project.adds_capacity is None:
            self._ask(_CAPACITY_QUESTION, "", is_blocking=False)
        for label, rows in (("设备", project.equipment), ("工艺", project.processes), ("物料", project.materials)):
            if not rows and described:
                self._ask(
                    Question(f"{label}没有填：请补{label}清单，按{label}判断的条目尚未核对", "企业（环评文件）", ""), "", is_blocking=False
                )

    # --- the answer ----------------------------------------------------------------------------------------------------------------

    def _answer(self) -> Screening:
        is_blocked = any(blocks for _, blocks in self.asked.values())
        is_outside = self.facts.in_park is False
        own = [hit for hit in self.hits if not hit.derived_from]
        outcome = _strictest([(hit.effect, hit.is_open) for hit in own], is_blocked=is_blocked, is_outside=is_outside)
        confirmed = _strictest([(hit.effect_confirmed, hit.is_open) for hit in own], is_blocked=is_blocked, is_outside=is_outside)
        order = sorted(self.hits, key=_display_order)
        return Screening(
            on=self.on,
            edition=self.catalogue.edition,
            outcome=outcome,
            outcome_confirmed=confirmed,
            hits=tuple(order),
            questions=tuple(
                Asked(question=question, entry_ids=tuple(ids), is_blocking=blocks)
                for question, (ids, blocks) in sorted(self.asked.items(), key=lambda one: (not one[1][1], one[0].field, one[0].text))
            ),
            near_misses=tuple(sorted(self.missed, key=lambda one: one.entry.id)) if self.near else None,
            assumptions=tuple(name for name in self.catalogue.index.flags if name in self.facts.assumptions),
            layout=self._layout(),
        )

    def _layout(self) -> tuple[str, ...]:
        """What is known about the part of the park the project names; the entries it refers to decide."""
        place = self.project.location
        if self.facts.is_in_area(Area.PARK) is not True:
            return ()
        return tuple(
            f"{one.id} {one.name}：{one.rule}（{'已核' if one.verified else '建议，待核'}）"
            for one in self.catalogue.index.areas
            if one.kind == "全园" or (place.area and (one.name in place.area or place.area in one.name))
        )


def confirmed_effect(entry: Entry, effect: Effect) -> Effect:
    """The effect with only confirmed entries refusing: an unverified or merely proposed entry that would refuse asks a person instead."""
    may_refuse = entry.verified and entry.layer is not Layer.PARK_PROPOSAL
    return effect if may_refuse or EFFECT_SEVERITY[effect] <= EFFECT_SEVERITY[Effect.REVIEW] else Effect.REVIEW


def _strictest(effects: Sequence[tuple[Effect, bool]], *, is_blocked: bool, is_outside: bool) -> Outcome:
    """The outcome of all effects and open questions.

    Outside the park its catalogue does not decide; only entries of the State or the province that certainly stand against the project, or
    need a person, are still told as such.
    """
    best = Outcome.ALLOWED
    if any(effect is Effect.PREFERRED for effect, _ in effects):
        best = Outcome.PREFERRED
    if is_blocked and not is_outside:
        best = Outcome.REVIEW
    for effect, is_open in effects:
        outcome = _OUTCOME_OF[effect]
        if SEVERITY[outcome] > SEVERITY[best] and not (is_outside and is_open):
            best = outcome
    if is_outside and SEVERITY[best] < SEVERITY[Outcome.REVIEW]:
        return Outcome.OUTSIDE_PARK
    return best


_LAYER_RANK = {Layer.NATIONAL: 0, Layer.PROVINCIAL: 1, Layer.PARK: 2, Layer.PARK_PROPOSAL: 3}


def _display_order(hit: Hit) -> tuple[int, bool, int, int, str]:
    """Strictest first, own before derived, higher law before lower, newer before older."""
    entry = hit.entry
    dated = 0 if entry.date_status is DateStatus.PLACEHOLDER else -entry.effective_from.toordinal()
    return (-EFFECT_SEVERITY[hit.effect], bool(hit.derived_from), _LAYER_RANK[entry.layer], dated, entry.id)


def _is_by(hit: Hit, entry: Entry) -> bool:
    """Whether a hit came by the kind of fact a derived entry is about."""
    if not entry.derived_by:
        return True
    return any(mark.field.startswith(tuple(entry.derived_by)) for mark in hit.matched)
