"""The catalogue of which day is a project screened against, and why that one?

Of the day it applied: an edition that came later does not rule over it by itself, what that one would change is shown beside the ruling.
Whoever applies again after a return or a refusal, or is reviewed anew after an admission, applies anew on that day. What is checked of an
admitted project (before building, before the trial, after a change or a new edition) is asked of the catalogue of the day of asking.
Comparing two days' catalogues is not done here.
"""

from datetime import date

import msgspec

from rules.admission_workflow import load_admission_workflow
from rules.references import LegalBasis
from rules.terms import Term

_BASIS = "edition-by-application"


class EditionGround(Term):
    """Why the catalogue of a day is taken."""

    APPLIED = "applied", "收件（申报）之日"
    APPLIED_AGAIN = "applied_again", "重新申报之日"
    REOPENED = "reopened", "重新审查之日"
    RECHECKED = "rechecked", "准入后复核之日"
    UNDATED = "undated", "没有申报日期，按筛查之日"


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """When a project applied: the day its papers came in, and the latest day it applied or was reviewed anew, if it was."""

    received_on: date | None
    again_on: date | None = None
    is_reopened: bool = False
    """Whether `again_on` is the day of a review anew, and not of applying again."""
    is_admitted: bool = False


class EditionDay(msgspec.Struct, frozen=True, kw_only=True):
    """The day whose catalogue rules, and why."""

    day: date
    ground: EditionGround

    @property
    def why(self) -> str:
        """In words: 收件（申报）之日 2026-11-02."""
        return f"{self.ground.label} {self.day.isoformat()}"


def edition_basis() -> LegalBasis:
    """The text the choice rests on."""
    return load_admission_workflow().bases[_BASIS]


def edition_day(application: Application, *, today: date) -> EditionDay:
    """The day whose catalogue a screening made on `today` is made against. Never a day that has not come."""
    if application.is_admitted:
        return EditionDay(day=today, ground=EditionGround.RECHECKED)
    again, received = application.again_on, application.received_on
    if again is not None and (received is None or again >= received):
        ground = EditionGround.REOPENED if application.is_reopened else EditionGround.APPLIED_AGAIN
        return EditionDay(day=min(again, today), ground=ground)
    if received is None:
        return EditionDay(day=today, ground=EditionGround.UNDATED)
    return EditionDay(day=min(received, today), ground=EditionGround.APPLIED)
