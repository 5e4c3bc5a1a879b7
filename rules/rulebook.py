"""Which rules hold on a day, and which edition of the data is a ruling made by?

`load_rulebook()` reads the packaged law once at start-up and refuses to start on any mistake; `Rulebook.at(day)` hands out the parts in
force on that day. `Rulebook.edition` is a digest over every data file, so a ruling can name the text it was made from. Each part is
explained in its own module.
"""

import hashlib
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache, cached_property, lru_cache, partial
from importlib.resources.abc import Traversable

from rules.calendar import Calendar, load_calendar
from rules.checklists import Checklists, ChecklistsAt, load_checklists
from rules.deadlines import Deadlines, DeadlinesAt, load_deadlines
from rules.grading_requests import GradingRulebook, load_grading_rulebook
from rules.loading import RuleDataError, data_folder
from rules.major_hazard import MajorHazards, load_major_hazards
from rules.permission import Permission, load_permission
from rules.restriction import Catalogue, load_catalogue
from rules.supervision_sectors import SupervisionSectors, SupervisionSectorsAt, load_supervision_sectors
from rules.workflow import Workflow, load_workflow

_EDITION_LENGTH = 12
_DAYS_KEPT = 400


class Rulebook:
    """The whole law as data. Records that name an old checklist edition are read through `checklists`, rulings through `at`.

    A new part is one attribute here and one property in `RulesAt`. Grading and the catalogue are large and not every process needs them:
    they are read when first asked for.
    """

    def __init__(self, edition: str) -> None:
        self.edition = edition
        self.calendar: Calendar = load_calendar()
        self.deadlines: Deadlines = load_deadlines()
        self.checklists: Checklists = load_checklists()
        self.major_hazards: MajorHazards = load_major_hazards()
        self.sectors: SupervisionSectors = load_supervision_sectors()
        self.permission: Permission = load_permission()
        self.workflow: Workflow = load_workflow()
        self._at = lru_cache(maxsize=_DAYS_KEPT)(partial(RulesAt, self))

    @cached_property
    def grading(self) -> GradingRulebook:
        """Every grading scheme, table and direct judgement; each look-up names its day."""
        return load_grading_rulebook()

    @cached_property
    def catalogue(self) -> Catalogue:
        """The 禁限控 catalogue, compiled for screening; a screening names its day."""
        return load_catalogue()

    def at(self, day: date) -> "RulesAt":
        """The rules in force on that day."""
        return self._at(day)


class RulesAt:
    """The rules in force on `day`; each part is composed when first asked for.

    The calendar, permission, workflow, major hazards, grading and catalogue are the same every day: their entries or questions carry their
    own dates.
    """

    def __init__(self, rulebook: Rulebook, day: date) -> None:
        self.day = day
        self.edition = rulebook.edition
        self.calendar = rulebook.calendar
        self.major_hazards = rulebook.major_hazards
        self.permission = rulebook.permission
        self.workflow = rulebook.workflow
        self._rulebook = rulebook

    @cached_property
    def deadlines(self) -> DeadlinesAt:
        """The time limits in force."""
        return self._rulebook.deadlines.at(self.day)

    @cached_property
    def checklists(self) -> ChecklistsAt:
        """The checklist editions in force."""
        return self._rulebook.checklists.at(self.day)

    @cached_property
    def sectors(self) -> SupervisionSectorsAt:
        """The mapping from industry codes to supervision sectors in force."""
        return self._rulebook.sectors.at(self.day)

    @property
    def grading(self) -> GradingRulebook:
        """Every grading scheme, table and direct judgement, read when first asked for."""
        return self._rulebook.grading

    @property
    def catalogue(self) -> Catalogue:
        """The 禁限控 catalogue, read when first asked for."""
        return self._rulebook.catalogue


def _list_files(folder: Traversable, path: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{path}{entry.name}"
        if entry.is_dir():
            yield from _list_files(entry, f"{name}/")
        elif name.endswith(".toml"):
            yield name, entry


def digest_data(folder: Traversable) -> str:
    """A short sha256 over the names and texts of every data file below a folder; line endings do not matter."""
    digest = hashlib.sha256()
    for name, entry in _list_files(folder):
        text = entry.read_text(encoding="utf-8").encode()
        digest.update(f"{name}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()[:_EDITION_LENGTH]


def check_limits(workflow: Workflow, deadlines: Deadlines) -> None:
    """Raise `RuleDataError` when a transition names a time limit that does not exist."""
    known = {one.key for one in deadlines.limits}
    for one in workflow.transitions:
        if one.limit_key and one.limit_key not in known:
            raise RuleDataError("workflow", f"{one.subject} {one.action}", f"limit {one.limit_key} is not defined in data/deadlines")


def check_criteria(checklists: Checklists, known: Collection[str]) -> None:
    """Raise `RuleDataError` when a checklist item points to a major-hazard criterion that does not exist."""
    for template in checklists.templates:
        for item in template.items:
            for one in item.major_ids:
                if one not in known:
                    raise RuleDataError("checklists", item.code, f"major_ids names {one}, which is not in data/major_hazard")


@cache
def load_rulebook() -> Rulebook:
    """Read, check and compose the packaged law, once. Raises `RuleDataError` naming file, key and reason."""
    rulebook = Rulebook(digest_data(data_folder()))
    check_limits(rulebook.workflow, rulebook.deadlines)
    check_criteria(rulebook.checklists, rulebook.major_hazards.ids)
    return rulebook
