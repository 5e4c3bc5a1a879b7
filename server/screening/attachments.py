"""Use cases of files kept as evidence of what was stated: keep one, list them, open one.

Files are stored like photos: under their sha256, write-once, verified before anything refers to them, in a folder of their own. What they
are is told by their bytes and never by their name; only kinds that people hand in are taken, and none is ever shown as a page.
"""

import zipfile
from functools import cache
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec

from server.errors import FieldError, InvalidInput, NotFound
from server.ids import new_id
from server.models.projects import Project, ProjectAttachment
from server.photo_store import FolderPhotoStore, store_upload
from server.photos.imaging import UNKNOWN_TYPE, media_type_of
from server.screening.access import demand_writer, readable_attachments
from server.screening.describing import get_project
from server.unit_of_work import Work

MOST_BYTES = 50_000_000
MOST_FILES = 60
LONGEST_NAME = 120
_PDF = "application/pdf"
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KINDS = "PDF、照片（JPEG、PNG、WebP、HEIC）、DOCX、XLSX"


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the store, looked at, not yet written down for any project."""

    name: str
    sha256: str
    size: int
    media_type: str


@cache
def evidence_store(folder: Path) -> FolderPhotoStore:
    """The store of a data folder; beside the photos, so that their nightly look does not take these for lost ones."""
    return FolderPhotoStore(folder / "evidence")


def keep_file(store: FolderPhotoStore, source: BinaryIO, name: str) -> KeptFile:
    """Store a file somebody chose. Raises `TooLarge`, and `InvalidInput` for an empty file or a kind that is not taken."""
    media_type = sniff(source)
    if media_type is None:
        raise InvalidInput([FieldError("files", f"“{name}”不是能收的文件，请上传 {KINDS}")])
    stored = store_upload(store, source, f"附件“{name}”", max_bytes=MOST_BYTES)
    return KeptFile(name=_clean(name), sha256=stored.sha256, size=stored.size, media_type=media_type)


def sniff(source: BinaryIO) -> str | None:
    """What the bytes are; None for everything that is not taken."""
    head = source.read(64)
    if head.startswith(b"%PDF-"):
        return _PDF
    picture = media_type_of(head)
    if picture != UNKNOWN_TYPE:
        return picture
    if head.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(source) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
            return None
        return next((kind for part, kind in _OFFICE.items() if part in names and "[Content_Types].xml" in names), None)
    return None


def attach_files(work: Work, project_id: UUID, files: list[KeptFile], note: str = "") -> list[ProjectAttachment]:
    """Write down that a project has these stored files. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_writer(work.actor)
    return record_files(work, get_project(work, project_id), files, note=note)


def record_files(
    work: Work, project: Project, files: list[KeptFile], *, note: str = "", invitation_id: UUID | None = None
) -> list[ProjectAttachment]:
    """Write stored files down; the same file twice is one. The caller has asked who may."""
    held = work.session.query(ProjectAttachment).where(ProjectAttachment.project_id == project.id).all()
    known = {(one.sha256, one.subject_id) for one in held}
    fresh = list({one.sha256: one for one in files if (one.sha256, None) not in known}.values())
    if len(held) + len(fresh) > MOST_FILES:
        raise InvalidInput([FieldError("files", f"一个项目最多 {MOST_FILES} 个附件，请合并后再传")])
    added = []
    for one in fresh:
        attachment = ProjectAttachment(
            id=new_id(),
            park_id=project.park_id,
            project_id=project.id,
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            sha256=one.sha256,
            note=note.strip(),
            invitation_id=invitation_id,
            uploaded_at=work.now,
            uploaded_by=work.actor.id,
            uploaded_by_name=work.actor.name,
        )
        work.session.add(attachment)
        added.append(attachment)
        work.record("project", project.id, "project:file_attached", name=one.name, size=one.size, sha256=one.sha256)
    work.session.flush()
    return added


def list_attachments(work: Work, project_id: UUID) -> list[ProjectAttachment]:
    """The files of a project, oldest first."""
    query = readable_attachments(work.actor).where(ProjectAttachment.project_id == project_id)
    return list(work.session.scalars(query.order_by(ProjectAttachment.uploaded_at, ProjectAttachment.id)))


def get_attachment(work: Work, attachment_id: UUID) -> ProjectAttachment:
    """A file the actor may see. Raises `NotFound`."""
    found = work.session.scalar(readable_attachments(work.actor).where(ProjectAttachment.id == attachment_id))
    if found is None:
        raise NotFound("这个附件")
    return found


def _clean(name: str) -> str:
    """The file's own name without folders and signs no file name has, short enough to be listed."""
    plain = "".join(sign for sign in name.replace("\\", "/").rsplit("/", 1)[-1] if sign.isprintable() and sign not in '"<>|:*?')
    return plain.strip()[-LONGEST_NAME:] or "附件"
