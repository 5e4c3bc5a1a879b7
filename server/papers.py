"""What was issued, frozen, and how does anybody check it?

An issued paper keeps the values it was drawn from as canonical JSON with their sha256, so it can be drawn again in ten years and shown
to be the same. Its verification code goes into the printed QR code: whoever holds the paper can compare number, date and state without an
account, and learns nothing else.
"""

import re
from datetime import date
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.terms import DocumentKind
from server.accounts.secrets import CODE_ALPHABET, new_code
from server.canonical import canonical_bytes, sha256_hex
from server.clock import day_of
from server.errors import NotFound
from server.ids import new_id
from server.models.orders import IssuedPaper, PaperWithdrawal
from server.models.parks import Park
from server.rectification.access import readable_papers
from server.unit_of_work import Work

T = TypeVar("T", bound=msgspec.Struct)

_CODE = re.compile(f"[{CODE_ALPHABET}]{{20}}")
_GROUPS = 2


class PaperCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What anybody may learn about a paper whose code they hold. `intact`: the kept values still have their sha256."""

    kind: str
    document_number: str
    office_name: str
    park_name: str
    fictional: bool
    issued_on: date
    withdrawn_on: date | None
    sha256: str
    intact: bool


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
    body = canonical_bytes(value)
    paper = IssuedPaper(
        id=new_id(),
        park_id=work.park_id,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        enterprise_id=enterprise_id,
        document_number=document_number,
        template_version=template_version,
        value=body,
        sha256=sha256_hex(body),
        verification_code=_new_verification_code(),
        issued_at=work.now,
        issued_by=work.actor.id,
    )
    work.session.add(paper)
    work.session.flush()
    work.record("paper", paper.id, "paper:issued", kind=kind.value, document_number=document_number, sha256=paper.sha256, about=subject_id)
    return paper


def get_paper(work: Work, paper_id: UUID) -> IssuedPaper:
    """A paper the actor may see. Raises `NotFound`."""
    paper = work.session.scalar(readable_papers(work.actor).where(IssuedPaper.id == paper_id))
    if paper is None:
        raise NotFound("这份文书")
    return paper


def list_papers(work: Work, subject_id: UUID) -> list[IssuedPaper]:
    """The papers issued about a subject that the actor may see, newest first."""
    query = readable_papers(work.actor).where(IssuedPaper.subject_id == subject_id)
    return list(work.session.scalars(query.order_by(IssuedPaper.issued_at.desc(), IssuedPaper.id.desc())))


def read_value(paper: IssuedPaper, kind: type[T]) -> T:
    """The values the paper was issued with."""
    return msgspec.json.decode(paper.value, type=kind)


def is_intact(paper: IssuedPaper) -> bool:
    """Whether the kept values still have the sha256 they were issued with."""
    return sha256_hex(paper.value) == paper.sha256


def withdraw_papers(work: Work, subject_id: UUID) -> None:
    """Mark the papers of a subject as withdrawn; they stay readable and their numbers stay taken."""
    query = select(IssuedPaper).where(
        IssuedPaper.park_id == work.park_id, IssuedPaper.subject_id == subject_id, IssuedPaper.withdrawn_at.is_(None)
    )
    for paper in work.session.scalars(query):
        withdraw_paper(work, paper)


def withdraw_paper(work: Work, paper: IssuedPaper, reason: str = "") -> None:
    """Mark one paper as withdrawn. The caller has asked whether it may."""
    paper.withdrawn_at = work.now
    if reason:
        work.session.add(PaperWithdrawal(paper_id=paper.id, park_id=paper.park_id, reason=reason))
    work.record("paper", paper.id, "paper:withdrawn", document_number=paper.document_number, **({"reason": reason} if reason else {}))
    work.session.flush()


def check_code(session: Session, code: str) -> PaperCheck | None:
    """What the holder of a code may learn. None when no paper has it. Needs no account."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    if not _CODE.fullmatch(plain):
        return None
    query = select(IssuedPaper, Park).join(Park, Park.id == IssuedPaper.park_id).where(IssuedPaper.verification_code == plain)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    paper, park = found
    return PaperCheck(
        kind=paper.kind,
        document_number=paper.document_number,
        office_name=park.office_name,
        park_name=park.name,
        fictional=park.fictional,
        issued_on=day_of(paper.issued_at),
        withdrawn_on=None if paper.withdrawn_at is None else day_of(paper.withdrawn_at),
        sha256=paper.sha256,
        intact=is_intact(paper),
    )


def _new_verification_code() -> str:
    """Twenty characters of about 98 random bits: nobody finds a paper by trying."""
    return "".join(new_code().replace("-", "") for _ in range(_GROUPS))
