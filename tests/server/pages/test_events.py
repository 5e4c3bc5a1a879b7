"""The trail as people read it, and its words."""

import ast
from pathlib import Path

from sqlalchemy import text

from server.events.labels import ACTION_LABELS, FACT_LABELS, SUBJECT_LABELS, facts_in_words
from server.ids import new_id
from tests.cast import World
from tests.doors import Browser, Phone, running, visible_text
from tests.server.pages.checks import check_document, file_check
from tests.server.pages.lives import counting

ROOT = Path(__file__).parent.parent.parent.parent


def recorded() -> tuple[set[str], set[str], set[str]]:
    """Every subject kind, action and fact name any `record` call of the product writes down in plain text."""
    kinds: set[str] = set()
    actions: set[str] = set()
    facts: set[str] = set()
    for path in [path for package in ("server", "mobile_api", "reports") for path in (ROOT / package).rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        actions |= {
            one.value
            for one in ast.walk(tree)
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.split(":")[0] in SUBJECT_LABELS
            and one.value.count(":") == 1 and one.value.replace(":", "").replace("_", "").isalpha()
        }  # fmt: skip
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "record" and len(call.args) >= 3:
                kinds |= {str(one.value) for one in call.args[:1] if isinstance(one, ast.Constant)}
                actions |= {str(one.value) for one in call.args[2:3] if isinstance(one, ast.Constant)}
                facts |= {one.arg for one in call.keywords if one.arg}
    return kinds, actions, facts


def test_every_action_subject_and_fact_that_is_recorded_has_its_chinese_words() -> None:
    kinds, actions, facts = recorded()
    assert len(actions) > 40, "the search itself must find them"
    assert kinds - set(SUBJECT_LABELS) == set()
    assert actions - set(ACTION_LABELS) == set()
    assert facts - set(FACT_LABELS) == set()


def test_no_word_is_kept_for_an_action_nobody_records() -> None:
    _, actions, _ = recorded()
    assert set(ACTION_LABELS) - actions == set()


def test_facts_are_told_in_words_and_references_are_set_apart() -> None:
    facts = {
        "level": "major_hazard",
        "due_on": "2026-11-25",
        "downgraded": False,
        "note": "",
        "order_id": "0199aaaa-0000-7000-8000-000000000001",
        "photos": ["a" * 64],
        "changes": {"name": "新名", "risks": ["confined_space"]},
        "odd": 1,
    }
    told = [(one.name, one.value, one.is_reference) for one in facts_in_words(facts)]
    assert ("级别", "重大事故隐患", False) in told
    assert ("期限", "2026年11月25日", False) in told
    assert ("低于系统提示", "否", False) in told
    assert ("文书编号", "0199aaaa-0000-7000-8000-000000000001", True) in told
    assert ("名称改为", "新名", False) in told
    assert ("风险改为", "有有限空间作业", False) in told
    assert ("odd", "1", False) in told, "a fact without a word is still told"
    assert not any(name == "说明" for name, _, _ in told), "an empty one says nothing"


def test_the_trail_tells_who_did_what_from_which_phone_and_is_narrowed(world: World) -> None:
    with running(world) as app:
        number = file_check(Phone(app, world), str(new_id()), check_document(world))["number"]
        auditor = Browser(app, "auditor")
        words = visible_text(auditor.get("/events").text)
        for said in ("王检", "王检的手机", "收到检查记录", number, "登录网页"):
            assert said in words
        assert "登录网页" not in auditor.get("/events?person=王检").text.split("<tbody>")[1]
        only = auditor.get(f"/events?subject={number}").text
        assert number in only.split("<tbody>")[1]
        assert "YH-2026" not in only.split("<tbody>")[1].replace(number, "")
        assert "没有符合条件的留痕" in auditor.get("/events?until=2026-11-19").text
        assert "收到检查记录" in auditor.get("/events?since=2026-11-20&action=inspection:").text.split("<tbody>")[1]
        assert "没有符合条件的留痕" in auditor.get("/events?action=hazard:closed").text


def test_an_untouched_trail_is_said_to_hold_and_a_touched_one_is_named(world: World) -> None:
    with running(world) as app:
        auditor = Browser(app, "auditor")
        Browser(app, "office")
        assert "留痕完好" in auditor.submit("/events/check", {}).text
        with world.database.write() as connection:
            connection.execute(text("UPDATE event SET actor_name = '别人' WHERE sequence = 1 AND park_id = :park"), {"park": _id(world)})
        answer = auditor.submit("/events/check", {}).text
        assert "留痕被改动过" in answer
        assert "第 1 条对不上" in answer


def _id(world: World) -> str:
    return world.park_id.hex if world.database.is_sqlite else str(world.park_id)


def test_only_office_leader_and_auditor_read_it_and_only_their_park(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        for who in ("inspector", "enterprise", "outsider", "admin", "screener"):
            browser = Browser(app, who)
            assert browser.get("/events").status_code == 403
            assert browser.submit("/events/check", {}).status_code == 403
        foreign = Browser(app, "foreign_office").get("/events").text
        assert "吴他园" in foreign
        assert "陈外" not in foreign


def test_the_trail_asks_the_database_no_more_for_many_than_for_few(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone, leader = Phone(app, sqlite_world), Browser(app, "leader")
        file_check(phone, str(new_id()), check_document(sqlite_world))
        with counting(app) as few:
            leader.get("/events")
        for _ in range(5):
            file_check(phone, str(new_id()), check_document(sqlite_world, findings=[]))
        with counting(app) as many:
            leader.get("/events")
        assert len(many) == len(few)
