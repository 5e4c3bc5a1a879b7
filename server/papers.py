"""What was issued, frozen, and how does anybody check it?"""

from uuid import UUID

import msgspec

from rules.terms import DocumentKind
from server.models.orders import IssuedPaper
from server.unit_of_work import Work


def freeze_paper(
    work: Work,
    *,
    kind: DocumentKind,
    subject_kind: str,
    subject_id: UUID,
    enterprise_id: UUID | None,
    document_number: str,
    template_version: str,
    value: msgspec.Struct,
) -> IssuedPaper:
    """Keep a paper as issued: canonical JSON of its values, their sha256, a verification code."""
    raise NotImplementedError


def get_paper(work: Work, paper_id: UUID) -> IssuedPaper:
    """A paper the actor may see. Raises `NotFound`."""
    raise NotImplementedError


def list_papers(work: Work, subject_id: UUID) -> list[IssuedPaper]:
    """The papers issued about a subject, newest first."""
    raise NotImplementedError


def is_intact(paper: IssuedPaper) -> bool:
    """Whether the kept values still have the sha256 they were issued with."""
    raise NotImplementedError
