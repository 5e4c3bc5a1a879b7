"""What goes in and out of the use cases of screening, and what a kept screening holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from rules.admission_workflow import OPEN_STATES
from rules.edition_day import EditionGround
from rules.restriction_terms import Effect, Layer
from rules.terms import Answer, ProjectState, Term
from server.models.projects import Project, ProjectAssumption, ProjectDescription, ProjectDraft, ProjectScreening


class Origin(Term):
    """Who stated a description's facts."""

    SCREENER = "screener", "筛查员填报"
    APPLICANT = "applicant", "申报单位填报"
    IMPORT_SHEET = "import_sheet", "表格导入"
    ANSWERS = "answers", "补正问题"
    LAYOUT = "layout", "测距确认"


class NewProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project to be registered: a lead of the investment office, a notice, a sheet's row."""

    name: str
    applicant_name: str = ""
    applicant_code: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    zone_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_far_confirmed: bool = False
    """That somebody saw the place to lie far outside the park and means it."""
    received_on: date | None = None
    source_title: str = ""
    source_url: str = ""
    source_day: date | None = None
    construction_on: date | None = None
    trial_on: date | None = None


class KeptReview(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a statutory review follows, as it was told with the screening."""

    id: str
    label: str
    what: str
    who: str
    answer: Answer
    reasons: tuple[str, ...]
    asks: tuple[str, ...]
    citation: str
    verified: bool


class KeptAssumption(msgspec.Struct, frozen=True, kw_only=True):
    """A question nobody answered, taken as *no* because nothing in the description speaks for it."""

    flag: str
    question: str
    whom: str


class Difference(msgspec.Struct, frozen=True):
    """An entry that came, went or weighs otherwise: what it was and what it is, empty when it was or is not met."""

    entry_id: str
    subject: str
    before: str
    after: str


class LaterChange(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue of the day of the screening says otherwise of one entry than the one that rules. `hit` is the whole of it."""

    difference: Difference
    hit: dict[str, Any] | None

    @property
    def is_law(self) -> bool:
        """Whether a law in force today refuses, by a text that was compared: no written assessment can lift that."""
        refuses = {Effect.REFUSE.label, Effect.PHASE_OUT.label}
        is_parks_own = self.hit is not None and self.hit["layer"] in {Layer.PARK.label, Layer.PARK_PROPOSAL.label}
        return self.hit is not None and not is_parks_own and self.hit["effect_confirmed"] in refuses


class KeptEdition(msgspec.Struct, frozen=True, kw_only=True):
    """Whose catalogue rules: its day, why that one, and what the catalogue of the day of the screening says otherwise."""

    day: date
    ground: EditionGround
    why: str
    edition: str
    citation: str
    verified: bool
    today: date
    today_edition: str
    today_outcome: str
    today_outcome_confirmed: str
    later: tuple[LaterChange, ...] = ()


class KeptScreening(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer of a screening. `screening` is what `rules.screening_requests.screening_fields` says, entries' texts included."""

    screening: dict[str, Any]
    reviews: tuple[KeptReview, ...]
    assumptions: tuple[KeptAssumption, ...]
    not_used: tuple[str, ...] = ()
    edition: KeptEdition | None = None
    """Absent where screening was by the catalogue of its own day, before editions were chosen by the application."""


class ProjectQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which projects to list. `entry` is the id of a catalogue entry that hit, `is_waiting` that the outcome waits for answers, `is_ready`
    that every department asked in the joint review was heard.
    """

    search: str = ""
    state: str = ""
    states: tuple[str, ...] = ()
    outcome: str = ""
    zone_id: UUID | None = None
    entry: str = ""
    is_drafted: bool = False
    is_waiting: bool = False
    is_ready: bool = False
    received_from: date | None = None
    received_to: date | None = None
    sort: str = ""
    page: int = 1
    size: int = 20


class ProjectSort(Term):
    """How the list of projects is ordered."""

    NEWEST = "newest", "最近更新"
    NUMBER = "number", "编号"
    OUTCOME = "outcome", "结论从严"


class ProjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """A project as a list shows it."""

    project: Project
    zone_name: str
    blocking_questions: int
    is_drafted: bool

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it yet: only then a question still waits for an answer."""
        return ProjectState(self.project.state) in OPEN_STATES


class ProjectDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a project's page shows."""

    project: Project
    zone_name: str
    draft: ProjectDraft | None
    descriptions: tuple[ProjectDescription, ...]
    """Newest first."""
    screenings: tuple[ProjectScreening, ...]
    """Newest first."""
    kept: KeptScreening | None
    """The latest screening's answer."""
    confirmed: tuple[ProjectAssumption, ...]
    """Assumptions confirmed for the latest description."""
    is_current: bool
    """Whether the latest screening is of the latest description and of the catalogue of today."""

    @property
    def description(self) -> ProjectDescription | None:
        """The latest revision."""
        return self.descriptions[0] if self.descriptions else None

    @property
    def screening(self) -> ProjectScreening | None:
        """The latest screening."""
        return self.screenings[0] if self.screenings else None

    @property
    def open_assumptions(self) -> tuple[KeptAssumption, ...]:
        """Assumptions of the latest screening nobody has confirmed."""
        done = {one.flag for one in self.confirmed}
        return tuple(one for one in self.kept.assumptions if one.flag not in done) if self.kept else ()


class ScreeningChange(msgspec.Struct, frozen=True, kw_only=True):
    """Why a screening says something else than the one before it."""

    facts: tuple[str, ...]
    is_other_catalogue: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]
    outcome_before: str
    outcome_after: str


Facts = Mapping[str, Any]
"""A project's facts, as `rules.project_reading.read_project` takes them."""
