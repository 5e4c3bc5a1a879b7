"""Who may see checks and what was filed?

Staff see the park's; a phone asks for receipts of its own account's documents, the office's for everyone's; nobody sees another park's.
What an enterprise learns of a check it learns from its hazards and papers.
"""

from sqlalchemy import Select, false, select

from rules.terms import Role, TargetKind
from server.identity import STAFF, Actor
from server.models.documents import Document, Inspection, InspectionTask, SetAsideDocument

SEES_EVERY_RECEIPT = frozenset({Role.OFFICE})
INSPECTED_AS_ENTERPRISE = (TargetKind.ENTERPRISE, TargetKind.SITE)
"""What counts as an inspection of the enterprise: itself and its sites. Its building sites are others' work."""


def readable_inspections(actor: Actor) -> Select[Inspection]:
    """The inspections the actor may see."""
    query = select(Inspection).where(Inspection.park_id == actor.park_id)
    return query if actor.role in STAFF else query.where(false())


def readable_tasks(actor: Actor) -> Select[InspectionTask]:
    """The inspection tasks the actor may see."""
    query = select(InspectionTask).where(InspectionTask.park_id == actor.park_id)
    return query if actor.role in STAFF else query.where(false())


def readable_documents(actor: Actor) -> Select[Document]:
    """The documents whose receipts the actor may ask for."""
    query = select(Document).where(Document.park_id == actor.park_id)
    return query if actor.role in SEES_EVERY_RECEIPT else query.where(Document.account_id == actor.id)


def readable_set_aside(actor: Actor) -> Select[SetAsideDocument]:
    """The documents kept aside that the actor may see: the office's and the auditor's to look at, a phone's own to know of."""
    query = select(SetAsideDocument).where(SetAsideDocument.park_id == actor.park_id)
    return query if actor.role in {Role.OFFICE, Role.AUDITOR} else query.where(SetAsideDocument.account_id == actor.id)
