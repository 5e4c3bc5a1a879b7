"""What the server holds, asked for later: document by document, photo by photo, one's own, and never another park's."""

from typing import Any

from server.canonical import sha256_hex
from server.ids import new_id
from tests import pictures
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, failed, file


def ask(phone: Phone, *ids: object) -> dict[str, Any]:
    """Ask for receipts."""
    answer = phone.get("receipts", params={"id": [str(one) for one in ids]})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_receipt_asked_for_later_is_the_one_given_first(world: World) -> None:
    ids = [new_id() for _ in range(3)]
    with running(world) as app:
        phone = Phone(app, world)
        given = {str(one): file(phone, failed(world), one).json() for one in ids}
        held = ask(phone, *ids, "no-uuid", unknown := new_id())
    assert {str(receipt["id"]): receipt for receipt in held["receipts"]} == given
    assert held["unknown"] == ["no-uuid", str(unknown)]
    assert held["set_aside"] == []


def test_what_was_kept_aside_is_named_beside_the_record(world: World) -> None:
    document_id = new_id()
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, check(world), document_id)
        conflict = file(phone, check(world, note="改过"), document_id).json()
        held = ask(phone, document_id)
    assert [(one["reason"], one["sha256"]) for one in held["set_aside"]] == [("conflict", conflict["sent_sha256"])]


def test_photos_are_told_one_by_one_and_decoded_before_the_answer(world: World) -> None:
    good, cut = pictures.jpeg(seed=7), pictures.jpeg(seed=8)[:3000]
    document_id = new_id()
    with running(world) as app:
        phone = Phone(app, world)
        for data in (good, cut):
            phone.put(f"photos/{sha256_hex(data)}", content=data)
        named = [{"sha256": sha256_hex(data)} for data in (good, cut, b"never sent")]
        file(phone, check(world, photos=named, signatures=[]), document_id)
        (receipt,) = ask(phone, document_id)["receipts"]
    states = {photo["sha256"]: (photo["state"], photo["readable"]) for photo in receipt["photos"]}
    assert states == {
        sha256_hex(good): ("stored", True),
        sha256_hex(cut): ("stored", False),
        sha256_hex(b"never sent"): ("missing", None),
    }
    assert receipt["complete"] is False


def test_a_phone_sees_its_own_accounts_documents_and_the_office_everyones(world: World) -> None:
    document_id = new_id()
    with running(world) as app:
        file(Phone(app, world), check(world), document_id)
        held = {who: ask(Phone(app, world, who), document_id) for who in ("inspector", "second_inspector", "office", "foreign_office")}
    assert {who: len(one["receipts"]) for who, one in held.items()} == {
        "inspector": 1,
        "second_inspector": 0,
        "office": 1,
        "foreign_office": 0,
    }
    assert held["foreign_office"]["unknown"] == [str(document_id)]


def test_a_question_names_one_to_two_hundred_documents(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        assert ask(phone, *[new_id() for _ in range(200)])["receipts"] == []
        for ids in ([], [str(new_id())] * 201):
            answer = phone.get("receipts", params={"id": ids})
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
