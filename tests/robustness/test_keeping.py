"""The counting of losses notices every kind of loss; otherwise surviving the torture would prove nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, update

from server.models.documents import Document, Inspection
from server.models.events import Event
from server.models.photos import Photo
from tests.cast import World
from tests.doors import Phone, running
from tests.robustness.field import Filing, Ledger, make_filings
from tests.robustness.keeping import find_losses

Damage = Callable[[World, Ledger], None]


def _file(world: World) -> Ledger:
    """Two filings with photos, filed as they should be."""
    ledger = Ledger()
    with running(world) as app:
        phone = Phone(app, world)
        for filing in _with_photos(world):
            for sha256, data in filing.photos.items():
                assert phone.put(f"photos/{sha256}", content=data).status_code == 201
                ledger.photo(sha256, data)
            answer = phone.put(f"inspections/{filing.id}", content=filing.body, headers={"content-type": "application/json"})
            ledger.document(filing, json.loads(answer.content))
    return ledger


def _with_photos(world: World) -> list[Filing]:
    return [one for one in make_filings(world, 20, Random(7)) if one.photos][:2]  # noqa: S311 - the same filings in every run


def _original(world: World, ledger: Ledger) -> Path:
    sha256 = next(iter(ledger.photos))
    return world.settings.photo_folder / "originals" / sha256[:2] / sha256


def _forget_a_document(world: World, ledger: Ledger) -> None:
    with world.database.write() as connection:
        connection.execute(update(Document).where(Document.id == next(iter(ledger.receipts))).values(sha256="0" * 64))


def _renumber(world: World, ledger: Ledger) -> None:
    with world.database.write() as connection:
        connection.execute(update(Inspection).where(Inspection.id == next(iter(ledger.receipts))).values(number="JC-2026-0009"))


def _forget_a_photo(world: World, ledger: Ledger) -> None:
    with world.database.write() as connection:
        connection.execute(delete(Photo).where(Photo.sha256 == next(iter(ledger.photos))))


def _lose_an_original(world: World, ledger: Ledger) -> None:
    _original(world, ledger).unlink()


def _cut_an_original(world: World, ledger: Ledger) -> None:
    path = _original(world, ledger)
    path.write_bytes(path.read_bytes()[:-1])


def _break_the_chain(world: World, _: Ledger) -> None:
    with world.database.write() as connection:
        connection.execute(update(Event).where(Event.sequence == 1).values(actor_name="别人"))


def _promise_what_never_came(world: World, ledger: Ledger) -> None:
    filing = make_filings(world, 1, Random(8))[0]  # noqa: S311 - any filing
    receipt = next(iter(ledger.receipts.values()))
    ledger.document(filing, receipt | {"id": str(filing.id), "document_sha256": filing.sha256})


DAMAGES: dict[str, tuple[Damage, str]] = {
    "other content": (_forget_a_document, "holds other content"),
    "another number": (_renumber, "its receipt says"),
    "photo row gone": (_forget_a_photo, "is not written down"),
    "original gone": (_lose_an_original, "has no original"),
    "original cut": (_cut_an_original, "has a final name and other bytes"),
    "chain broken": (_break_the_chain, "the chain breaks at 1"),
    "promise not kept": (_promise_what_never_came, "was promised and is not there"),
}


def test_what_was_filed_as_it_should_be_is_no_loss(sqlite_world: World) -> None:
    assert find_losses(sqlite_world, _file(sqlite_world)) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_kind_of_damage_is_noticed(sqlite_world: World, damage: str) -> None:
    ledger = _file(sqlite_world)
    do, words = DAMAGES[damage]
    do(sqlite_world, ledger)
    assert any(words in loss for loss in find_losses(sqlite_world, ledger))
