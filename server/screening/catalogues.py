"""Against which catalogue is a project screened on a day?"""

from datetime import date

from rules.rulebook import Rulebook
from server.catalogue.service import park_catalogue
from server.screening.schemas import CatalogueInUse
from server.unit_of_work import Work


def catalogue_for(work: Work, rulebook: Rulebook, day: date) -> CatalogueInUse:
    """The catalogue in use in the actor's park on a day: the law, the park's edition over it, and what its officers confirmed.

    `rulebook` names the release of the data the law is taken from; the fingerprint is of what the catalogue says.
    """
    del rulebook
    park = park_catalogue(work, day)
    return CatalogueInUse(park.catalogue, park.edition, park.fingerprint)
