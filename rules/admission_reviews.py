"""Which statutory reviews follow for a project, which departments look at it first, and what may a promise stand in for?

A screening's hits decide: an entry that certainly applies asks for its review, one still open leaves it unknown with the question, and only
when every entry is settled is the answer *no*. The office of the park holds none of these reviews itself; admission replaces none of them.
"""

from collections.abc import Iterable
from functools import cache

import msgspec

from rules.loading import RuleDataError, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.restriction import Hit, Screening
from rules.terms import Answer, Term

_REVIEWS = "admission/reviews.toml"
_DEPARTMENTS = "admission/departments.toml"
_PROMISES = "admission/promises.toml"
_DESCRIPTION_FIELDS = frozenset({"industry_codes", "products"})
"""Without these nothing can be said not to apply."""


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A statutory review: what is done, by whom, and the entries of the catalogue that bring it about."""

    id: str
    label: str
    what: str
    who: str
    entries: tuple[str, ...]
    basis: LegalBasis
    otherwise: str = ""


class Department(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A department of the joint review; `entries` are beginnings of the entry ids it looks at first, `layer` its layer of the screening."""

    key: str
    label: str
    looks_at: str
    layer: str
    entries: tuple[str, ...]

    def is_concerned(self, hit: Hit) -> bool:
        """Whether it looks at this hit first."""
        return hit.entry.id.startswith(self.entries)


class Reach(Term):
    """How far a missing paper may be bridged."""

    DEFERRABLE = "deferrable", "可容缺，后补"
    PROMISE = "promise", "可告知承诺"
    NEVER = "never", "不得容缺、不得承诺代替"


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A matter, and whether it may be supplied later, promised, or neither."""

    id: str
    label: str
    reach: Reach
    note: str


class Triage(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a review follows: *yes* or *no* with the entries that say so, or not known with what to ask."""

    review: Review
    answer: Answer
    reasons: tuple[str, ...]
    asks: tuple[str, ...] = ()

    @property
    def citation(self) -> str:
        """The clause as printed, marked when nobody compared it with the text."""
        return self.review.basis.citation + ("" if self.review.basis.verified else "（条文待核）")


class _ReviewFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    review: tuple[Review, ...]


class _DepartmentFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    department: tuple[Department, ...]


class _PromiseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    promise: tuple[Promise, ...]


@cache
def load_reviews() -> tuple[Review, ...]:
    """The statutory reviews. Raises `RuleDataError` for an unknown `otherwise`, or one that stands behind its reader."""
    reviews = read_table(_REVIEWS, _ReviewFile).review
    refuse_duplicates(_REVIEWS, "review", (one.id for one in reviews))
    seen: set[str] = set()
    for one in reviews:
        if one.otherwise and one.otherwise not in seen:
            raise RuleDataError(_REVIEWS, one.id, f"otherwise names {one.otherwise}, which stands nowhere before it")
        seen.add(one.id)
    return reviews


@cache
def load_departments() -> tuple[Department, ...]:
    """The departments of the joint review, in the order of the table."""
    departments = read_table(_DEPARTMENTS, _DepartmentFile).department
    refuse_duplicates(_DEPARTMENTS, "department", (one.key for one in departments))
    return departments


@cache
def load_promises() -> tuple[Promise, ...]:
    """What may be supplied later, promised, or never."""
    promises = read_table(_PROMISES, _PromiseFile).promise
    refuse_duplicates(_PROMISES, "promise", (one.id for one in promises))
    return promises


def triage(screening: Screening) -> tuple[Triage, ...]:
    """Every statutory review, whether it follows for the screened project."""
    undescribed = [one.question.text for one in screening.questions if one.question.field in _DESCRIPTION_FIELDS and one.is_blocking]
    done: dict[str, Triage] = {}
    for review in load_reviews():
        hits = [hit for hit in screening.hits if hit.entry.id in review.entries]
        asked = [one.question.text for one in screening.questions if set(one.entry_ids) & set(review.entries)]
        done[review.id] = _triage(review, hits, [*undescribed, *asked], done.get(review.otherwise))
    return tuple(done.values())


def _triage(review: Review, hits: list[Hit], asks: list[str], other: Triage | None) -> Triage:
    certain = [_said(hit) for hit in hits if not hit.is_open]
    if other is not None and other.answer is Answer.YES:
        return Triage(review=review, answer=Answer.NO, reasons=(f"须办理{other.review.label}，不适用本项",))
    if certain:
        return Triage(review=review, answer=Answer.YES, reasons=tuple(certain))
    asks = list(dict.fromkeys(asks))
    if asks or any(hit.is_open for hit in hits) or (other is not None and other.answer is Answer.UNKNOWN):
        waits = tuple(f"{_said(hit)}（待补正）" for hit in hits) or ((f"取决于是否须{other.review.label}",) if other is not None else ())
        return Triage(review=review, answer=Answer.UNKNOWN, reasons=waits, asks=tuple(asks))
    if other is not None:
        return Triage(review=review, answer=Answer.YES, reasons=(f"不须{other.review.label}的项目",))
    return Triage(review=review, answer=Answer.NO, reasons=("所列条目都没有命中",))


def _said(hit: Hit) -> str:
    return f"{hit.entry.id} {hit.entry.subject}"


def concerned_departments(hits: Iterable[Hit]) -> dict[str, tuple[Hit, ...]]:
    """For each department, by key, the hits it looks at first; an empty tuple for one that has none."""
    found = tuple(hits)
    return {one.key: tuple(hit for hit in found if one.is_concerned(hit)) for one in load_departments()}
