"""Against which catalogue is a project screened on a day?"""

from datetime import date

from rules.rulebook import Rulebook
from server.screening.schemas import CatalogueInUse
from server.unit_of_work import Work


def catalogue_for(work: Work, rulebook: Rulebook, day: date) -> CatalogueInUse:
    """The catalogue in use in the actor's park on a day, with its edition and the fingerprint of what it says."""
    del work, day
    catalogue = rulebook.catalogue
    return CatalogueInUse(catalogue, catalogue.edition, rulebook.edition)
