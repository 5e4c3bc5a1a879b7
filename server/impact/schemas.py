"""What goes in and out of the use cases of a catalogue's impact."""

from uuid import UUID

import msgspec

from rules.terms import Term
from server.models.catalogue import CatalogueEdition, CatalogueImpact, ProjectImpact
from server.models.projects import Project
from server.screening.schemas import Difference


class Purpose(Term):
    """What a run is for."""

    PREVIEW = "preview", "试算"
    EFFECT = "effect", "换版记录"


class RunState(Term):
    """How far a run has come."""

    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    OVERTAKEN = "overtaken", "目录又有变化，已停止"


class Change(Term):
    """What another catalogue does to one project."""

    OUTCOME = "outcome", "结论变化"
    ENTRIES = "entries", "结论不变，命中变化"
    UNREADABLE = "unreadable", "项目情况读不出，须人工比对"
    NONE = "none", "没有变化"


class Decision(Term):
    """What a person made of a difference. None of them changes an admission; that is a step of its own."""

    KEEP = "keep", "已看，维持原结论"
    RESCREEN = "rescreen", "须重新筛查"
    DISCUSS = "discuss", "提交会商"


class ImpactQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which projects of a run to list. `open` keeps those nobody has decided."""

    change: str = Change.OUTCOME
    open: bool = False
    search: str = ""
    page: int = 1
    size: int = 20


class ImpactLine(msgspec.Struct, frozen=True, kw_only=True):
    """One project of a run."""

    row: ProjectImpact
    project: Project
    differences: tuple[Difference, ...]


class ImpactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run in a list, with how many projects it changes and how many of those nobody has decided."""

    run: CatalogueImpact
    counts: dict[Change, int]
    open: int


class ImpactDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a run's page shows, besides its list."""

    run: CatalogueImpact
    edition: CatalogueEdition | None
    counts: dict[Change, int]
    open: int
    may_decide: bool
    is_current: bool
    """Whether the catalogue it is about is still that of today."""

    @property
    def percent(self) -> int:
        """How far it has come."""
        return 100 if self.run.total == 0 else min(100, self.run.done * 100 // self.run.total)


class ImpactNeed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the catalogue of today is another than the projects were last laid beside, and how many projects wait for that."""

    is_needed: bool
    projects: int
    running_id: UUID | None = None
