"""Documents that could not become the record, compared by the office."""

import html
import re
from uuid import UUID

import msgspec
from sqlalchemy import update

from server.canonical import canonical_bytes
from server.ids import new_id
from server.models import SetAsideDocument
from server.models.base import table_of
from tests.cast import World
from tests.doors import Browser, Phone, running, visible_text
from tests.server.pages.checks import check_document, file_check
from tests.server.pages.lives import landed


def only_one(office: Browser) -> str:
    """The address of the one document that waits."""
    (address,) = set(re.findall(r'href="(/set-aside/[0-9a-f-]{36})"', office.get("/set-aside").text))
    return str(address)


def test_a_conflict_is_shown_place_by_place_and_settled_with_words(world: World) -> None:
    with running(world) as app:
        phone, document_id = Phone(app, world), str(new_id())
        document = check_document(world)
        file_check(phone, document_id, document)
        changed = check_document(world, note="改过的备注")
        changed["answers"] = [*document["answers"][:2], {"item": "GEN-030", "result": "fail"}]
        file_check(phone, document_id, changed, expect=409)
        office = Browser(app, "office")
        address = only_one(office)
        page = visible_text(office.get(address).text)
        assert "备注 例行检查 改过的备注" in page
        assert "逐项结果 [GEN-030] 没有 检查项 GEN-030；结果 不合格" in page
        assert "湘瓷日用瓷" not in page, "what is the same is not repeated"
        assert "请写明核对结果" in office.submit(f"{address}/looked-at", {"outcome": " "}).text
        landed(office.submit(f"{address}/looked-at", {"outcome": "误发，以先到的为准"}))
        assert "没有要核对的" in office.get("/set-aside").text
        assert "误发，以先到的为准" in office.get("/set-aside?looked=done").text
        assert "误发，以先到的为准" in office.get(address).text
        assert office.submit(f"{address}/looked-at", {"outcome": "再来"}).status_code == 409
        assert "例行检查" in office.get(f"/inspections/{document_id}").text, "the record did not change"


def test_bytes_nobody_can_read_are_shown_harmlessly_and_handed_out_whole(sqlite_world: World) -> None:
    raw = b"<script>alert(1)</script>\xff\x00{broken"
    with running(sqlite_world) as app:
        Phone(app, sqlite_world).put(f"inspections/{new_id()}", content=raw)
        office = Browser(app, "office")
        address = only_one(office)
        page = office.get(address).text
        assert "<script>alert" not in page
        assert "内容读不出来" in page
        answer = office.get(f"{address}/raw")
        assert answer.content == raw
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")


def test_the_kept_bytes_are_the_canonical_ones(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone, document_id = Phone(app, sqlite_world), str(new_id())
        file_check(phone, document_id, check_document(sqlite_world))
        second = check_document(sqlite_world, note="另一份")
        file_check(phone, document_id, second, expect=409)
        office = Browser(app, "auditor")
        assert office.get(f"{only_one(office)}/raw").content == canonical_bytes(second)


def test_only_office_and_auditor_see_them_and_only_the_office_settles(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        Phone(app, sqlite_world).put(f"inspections/{new_id()}", content=b"{")
        address = only_one(Browser(app, "office"))
        for who in ("inspector", "leader", "enterprise", "outsider", "admin"):
            assert Browser(app, who).get(address).status_code == 403
        auditor = Browser(app, "auditor")
        assert auditor.get(address).status_code == 200
        assert auditor.submit(f"{address}/looked-at", {"outcome": "好"}).status_code == 403
        foreign = Browser(app, "foreign_office")
        assert foreign.get(address).status_code == 404
        assert foreign.get(f"{address}/raw").status_code == 404
        assert foreign.submit(f"{address}/looked-at", {"outcome": "好"}).status_code == 404


def fill(phone: Phone, count: int, size: int = 400) -> None:
    """Send so many things nobody can read."""
    for _ in range(count):
        assert phone.put(f"inspections/{new_id()}", content=b"{" + new_id().bytes + b"x" * size).status_code == 400


def test_a_phone_that_keeps_filling_the_store_is_named_to_the_office_with_what_to_do(world: World) -> None:
    world.settings = msgspec.structs.replace(world.settings, set_aside_warn_documents=3, set_aside_warn_mb=1)
    with running(world) as app:
        phone, second, office = Phone(app, world), Phone(app, world, "second_inspector"), Browser(app, "office")
        fill(phone, 2)
        fill(second, 1)
        assert "近日" not in office.get("/").text
        assert "请打电话核实" not in office.get("/set-aside").text
        fill(phone, 1, size=2_000)
        home = office.get("/").text
        link = html.unescape(re.findall(r'href="(/set-aside\?[^"]*lately=yes[^"]*)"', home)[0])
        assert "王检的手机“王检的手机”近日 3 份另存" in visible_text(home)
        assert len(set(re.findall(r'href="/set-aside/([0-9a-f-]{36})"', office.get(link).text))) == 3
        page = office.get("/set-aside").text
        assert "请管理员在“手机”里收回凭证" in page
        assert "没有拒收" in page
        for counted, here in re.findall(r'href="(/set-aside\?looked=[^"]*)">(\d+) 份<', page):
            rows = set(re.findall(r'<td class="nowrap num"><a href="/set-aside/([0-9a-f-]{36})"', office.get(html.unescape(counted)).text))
            assert len(rows) == int(here), counted
        assert phone.put(f"inspections/{new_id()}", content=b"{again").status_code == 400, "kept as before, nothing is refused"
        assert "近日 4 份另存" in visible_text(office.get("/").text)
        world.clock.advance(days=8)
        office = Browser(app, "office")
        assert "份另存" not in visible_text(office.get("/").text)
        assert "4 份" in visible_text(office.get("/set-aside").text), "the sum stays"


def test_what_came_without_a_phone_has_a_list_of_its_own_and_every_count_is_its_list(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone, office = Phone(app, sqlite_world), Browser(app, "office")
        fill(phone, 4)
        first, *_ = re.findall(r'href="/set-aside/([0-9a-f-]{36})"', office.get("/set-aside").text)
        aside = table_of(SetAsideDocument)
        with sqlite_world.database.write() as connection:
            connection.execute(update(aside).where(aside.c.id == UUID(first)).values(device_id=None))
        page = office.get("/set-aside").text
        found = re.findall(r'href="(/set-aside\?looked=[^"]*)">(\d+) 份<', page)
        assert {int(count) for _, count in found} == {1, 3}
        for counted, here in found:
            answer = office.get(html.unescape(counted)).text
            rows = set(re.findall(r'<td class="nowrap num"><a href="/set-aside/([0-9a-f-]{36})"', answer))
            assert len(rows) == int(here), counted
        narrowed = office.get("/set-aside?looked=waiting&reason=conflict").text
        assert re.findall(r'<span class="num">(\d+)</span></a>', narrowed)[:3] == ["0", "0", "0"]


def test_few_but_large_documents_are_noticed_too_and_a_revoked_phone_is_not_called(sqlite_world: World) -> None:
    world = sqlite_world
    world.settings = msgspec.structs.replace(world.settings, set_aside_warn_mb=1)
    with running(world) as app:
        fill(Phone(app, world), 2, size=600_000)
        office = Browser(app, "office")
        assert "请打电话核实" in office.get("/set-aside").text
        assert "1.2 MB" in visible_text(office.get("/set-aside").text)
        landed(Browser(app, "admin").submit(f"/devices/{world.device_ids['inspector']}/revoke", {}))
        page = visible_text(office.get("/set-aside").text)
        assert "凭证已收回" in page
        assert "请打电话核实" not in page
        assert "份另存" not in visible_text(office.get("/").text)


def test_the_list_of_somebody_who_sent_nothing_is_empty_and_says_so(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        fill(Phone(app, sqlite_world), 1)
        page = office.get(f"/set-aside?looked=all&sender={new_id()}&device={new_id()}")
        assert page.status_code == 200
        assert "没有要核对的" in page.text
        assert "看全部" in page.text
