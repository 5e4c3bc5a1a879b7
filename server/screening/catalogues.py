"""Against which catalogue is a project screened, and beside which is the ruling laid?

The day is chosen by `rules.edition_day`: usually that of the application. What officers confirmed since counts: a confirmation says what
the text always said. Beside it lies the catalogue of today, so that what came later is shown and not passed over.
"""

from datetime import date

import msgspec

from rules.admission_workflow import ADMITTED_STATES
from rules.edition_day import Application, EditionDay, edition_day
from rules.terms import ProjectAction, ProjectState
from server.catalogue.schemas import ParkCatalogue
from server.catalogue.service import park_catalogue
from server.models.projects import Project
from server.unit_of_work import Work


class CataloguePair(msgspec.Struct, frozen=True, kw_only=True):
    """The catalogue that rules with its day, and that of today."""

    chosen: EditionDay
    ruling: ParkCatalogue
    today: date
    latest: ParkCatalogue

    @property
    def is_same(self) -> bool:
        """Whether both rule alike."""
        return self.ruling.fingerprint == self.latest.fingerprint


def catalogue_for(work: Work, day: date) -> ParkCatalogue:
    """The catalogue of a day in the actor's park: the law, the park's edition over it, and what its officers confirmed by today."""
    return park_catalogue(work, day, confirmed_by=work.today)


def pair_for(work: Work, chosen: EditionDay) -> CataloguePair:
    """The catalogue of the chosen day and that of today. Four queries at most."""
    latest = catalogue_for(work, work.today)
    ruling = latest if chosen.day == work.today else catalogue_for(work, chosen.day)
    return CataloguePair(chosen=chosen, ruling=ruling, today=work.today, latest=latest)


def edition_day_of(work: Work, project: Project) -> EditionDay:
    """The day whose catalogue rules over a project that is screened today."""
    application = Application(
        received_on=project.received_on,
        again_on=project.applied_again_on,
        is_reopened=project.applied_again_as == ProjectAction.REOPEN,
        is_admitted=ProjectState(project.state) in ADMITTED_STATES,
    )
    return edition_day(application, today=work.today)
