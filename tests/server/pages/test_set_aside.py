"""Documents that could not become the record, compared by the office."""

import re

from server.canonical import canonical_bytes
from server.ids import new_id
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
