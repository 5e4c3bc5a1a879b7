"""Does the installation hold everything that phones were promised, exactly once, whole and readable?"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, func, select

from server.canonical import sha256_hex
from server.events.chain import find_broken_link
from server.models.documents import Document, Inspection
from server.models.events import Event
from server.models.hazards import Hazard
from server.models.photos import Photo
from server.reconcile import find_gaps
from tests.cast import World
from tests.robustness.field import Ledger


def find_losses(world: World, ledger: Ledger) -> list[str]:
    """Everything that is not as promised; empty when nothing was lost, doubled or left half-done."""
    with world.database.read() as connection:
        return [
            *ledger.wrong,
            *_documents(connection, ledger),
            *_inspections(connection, ledger),
            *_hazards(connection, ledger),
            *_photos(connection, world, ledger),
            *_files(world),
            *_events(connection, world.park_id, ledger),
            *(f"{gap.kind.label}：{gap.what}" for gap in find_gaps(connection, world.park_id, world.services.photo_store)),
        ]


def _documents(connection: Connection, ledger: Ledger) -> Iterator[str]:
    held = {row.id: row for row in connection.execute(select(Document.id, Document.sha256, Document.body))}
    for document_id, filing in ledger.filings.items():
        row = held.get(document_id)
        if row is None:
            yield f"document {document_id} was promised and is not there"
        elif row.sha256 != filing.sha256 or sha256_hex(row.body) != filing.sha256:
            yield f"document {document_id} holds other content"
    yield from (f"document {document_id} was never promised" for document_id in held.keys() - ledger.filings.keys())


def _inspections(connection: Connection, ledger: Ledger) -> Iterator[str]:
    numbers = {row.id: row.number for row in connection.execute(select(Inspection.id, Inspection.number))}
    for document_id, receipt in ledger.receipts.items():
        if numbers.get(document_id) != receipt["number"]:
            yield f"inspection {document_id} is {numbers.get(document_id)}, its receipt says {receipt['number']}"
    if len(numbers) != len(ledger.receipts):
        yield f"{len(numbers)} inspections for {len(ledger.receipts)} receipts"
    yield from _gaps_in(numbers.values(), "JC")


def _hazards(connection: Connection, ledger: Ledger) -> Iterator[str]:
    held = {(str(row.id), row.number) for row in connection.execute(select(Hazard.id, Hazard.number))}
    promised = {(one["id"], one["number"]) for receipt in ledger.receipts.values() for one in receipt["hazards"]}
    yield from (f"hazard {one} was promised and is not there" for one in promised - held)
    yield from (f"hazard {one} was never promised" for one in held - promised)
    yield from _gaps_in((number for _, number in held), "YH")


def _gaps_in(numbers: object, what: str) -> Iterator[str]:
    counted = sorted(int(str(number).rsplit("-", 1)[1]) for number in numbers)  # type: ignore[attr-defined]
    if counted != list(range(1, len(counted) + 1)):
        yield f"{what} numbers are not 1 to {len(counted)} without gaps: {counted}"


def _photos(connection: Connection, world: World, ledger: Ledger) -> Iterator[str]:
    rows = set(connection.scalars(select(Photo.sha256).where(Photo.park_id == world.park_id)))
    yield from (f"photo {sha256} was promised and is not written down" for sha256 in ledger.photos.keys() - rows)
    for sha256 in rows | ledger.photos.keys():
        try:
            with world.services.photo_store.open(sha256) as file:
                data = file.read()
        except FileNotFoundError:
            yield f"photo {sha256} has no original"
            continue
        if data != ledger.photos.get(sha256, data) or hashlib.sha256(data).hexdigest() != sha256:
            yield f"photo {sha256} is not the bytes that were sent"


def _files(world: World) -> Iterator[str]:
    """A final name means a whole photo, promised or not."""
    for path in (world.settings.photo_folder / "originals").rglob("*"):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"{path.name} has a final name and other bytes"


def _events(connection: Connection, park_id: UUID, ledger: Ledger) -> Iterator[str]:
    broken = find_broken_link(connection, park_id)
    if broken is not None:
        yield f"the chain breaks at {broken.sequence}: {broken.reason}"
    query = select(Event.subject_id, func.count()).where(Event.park_id == park_id, Event.action == "inspection:filed")
    filed: Counter[UUID] = Counter({row[0]: row[1] for row in connection.execute(query.group_by(Event.subject_id))})
    for document_id in ledger.receipts:
        if filed[document_id] != 1:
            yield f"the filing of {document_id} is written down {filed[document_id]} times"
