"""Who may read the catalogue, change it, and confirm what it says?

Staff, screeners and the administrator read catalogue and editions of their park; screeners and office draft and keep the confirmation
desk, the leader approves, the auditor looks on. Enterprises and the police liaison have no part in it, and no park sees another's.
"""

from sqlalchemy import Select, false, select

from rules.terms import DocumentKind, Role
from server.identity import STAFF, Actor
from server.models.catalogue import CatalogueChange, CatalogueEdition, ClauseRecord
from server.models.orders import IssuedPaper
from server.steps import demand_role

READERS = STAFF | {Role.SCREENER, Role.ADMIN}
DRAFTERS = frozenset({Role.SCREENER, Role.OFFICE})
APPROVERS = frozenset({Role.LEADER})
DESK = DRAFTERS | {Role.LEADER, Role.AUDITOR}
"""Who sees what officers found in the official texts, with the scans."""


def readable_editions(actor: Actor) -> Select[CatalogueEdition]:
    """The editions the actor may see, drafts included."""
    query = select(CatalogueEdition).where(CatalogueEdition.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def readable_changes(actor: Actor) -> Select[CatalogueChange]:
    """The changes of editions the actor may see."""
    query = select(CatalogueChange).where(CatalogueChange.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def readable_records(actor: Actor) -> Select[ClauseRecord]:
    """The comparisons with official texts the actor may see."""
    query = select(ClauseRecord).where(ClauseRecord.park_id == actor.park_id)
    return query if actor.role in READERS else query.where(false())


def readable_catalogue_papers(actor: Actor) -> Select[IssuedPaper]:
    """The printed catalogues of the park."""
    query = select(IssuedPaper).where(IssuedPaper.park_id == actor.park_id, IssuedPaper.kind == DocumentKind.CATALOGUE_EDITION)
    return query if actor.role in READERS else query.where(false())


def demand_reader(actor: Actor) -> None:
    """Raises `NotAllowed` for who has no part in the catalogue."""
    demand_role(actor, READERS, "查看禁限控目录")


def demand_drafter(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not draft editions or keep the confirmation desk."""
    demand_role(actor, DRAFTERS, "起草目录版本、核对条文")


def demand_approver(actor: Actor) -> None:
    """Raises `NotAllowed` for who may not approve an edition."""
    demand_role(actor, APPROVERS, "批准目录版本")
