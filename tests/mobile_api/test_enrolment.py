"""A phone gets a token of its own: by password or one-time code, throttled, for those who inspect, revocable at once."""

from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.service import issue_enrolment_code, revoke_device
from server.models import Device
from tests.cast import PASSWORD, World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, file


def enrol(phone: Phone, **request: Any) -> Any:
    """Ask for a token, as a phone that has none."""
    return phone.client.post("/mobile/v1/enrolments", json=request, headers={"authorization": ""})


def test_account_and_password_give_a_token_that_files(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        answer = enrol(phone, username="inspector", password=PASSWORD, device={"name": "王检的手机", "platform": "android"})
        assert answer.status_code == 201
        phone.client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        assert file(phone, check(world)).status_code == 201
    with world.database.read() as connection:
        names = set(connection.scalars(select(Device.name)))
        assert answer.json()["token"] not in str(connection.execute(select(Device)).all())
    assert "王检的手机" in names


def test_a_one_time_code_is_good_once(world: World) -> None:
    with world.work_as("office") as work:
        code = issue_enrolment_code(work, world.accounts["second_inspector"].id)
    with running(world) as app:
        phone = Phone(app, world)
        first = enrol(phone, code=code.lower().replace("-", " "))
        second = enrol(phone, code=code)
    assert (first.status_code, first.json()["name"]) == (201, "赵检")
    assert (second.status_code, second.json()["type"]) == (401, "/problems/wrong-credentials")


@pytest.mark.parametrize("who", ["enterprise", "leader", "admin", "auditor", "screener"])
def test_only_those_who_inspect_enrol_a_phone(sqlite_world: World, who: str) -> None:
    with running(sqlite_world) as app:
        answer = enrol(Phone(app, sqlite_world), username=who, password=PASSWORD)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")


def test_guessing_is_slowed_down(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        answers = [enrol(phone, username="inspector", password="wrong") for _ in range(9)]
        right = enrol(phone, username="inspector", password=PASSWORD)
        codes = [enrol(phone, code=f"AAAAA-AAA{n}A").status_code for n in range(9)]
    assert [answer.status_code for answer in answers] == [401] * 8 + [429]
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0
    assert codes == [401] * 8 + [429]


def test_a_revoked_phone_is_shut_out_at_once(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        assert phone.get("bundle").status_code == 200
        with world.work_as("office") as work:
            revoke_device(work, world.device_ids["inspector"])
        answer = phone.get("bundle")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")


@pytest.mark.parametrize("request_", [{}, {"username": "inspector"}, {"password": "x"}, {"username": "", "password": ""}])
def test_an_empty_request_says_what_to_fill_in(sqlite_world: World, request_: dict[str, str]) -> None:
    with running(sqlite_world) as app:
        answer = enrol(Phone(app, sqlite_world), **request_)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-input")


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"username": 5}', b'{"username":"a\\u0000","password":"b"}'])
def test_odd_requests_are_refused_in_the_one_shape(world: World, body: bytes) -> None:
    with running(world) as app:
        client = Phone(app, world).client
        answer = client.post("/mobile/v1/enrolments", content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["type"].startswith("/problems/")


@pytest.mark.parametrize("address", ["uploads", "uploads/x", "nothing"])
def test_what_is_not_offered_yet_is_not_found(sqlite_world: World, address: str) -> None:
    with running(sqlite_world) as app:
        answer = Phone(app, sqlite_world).client.post(f"/mobile/v1/{address}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
