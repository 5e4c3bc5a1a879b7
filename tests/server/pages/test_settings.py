"""The park's settings: the administrator writes, the office reads."""

from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.pages.lives import id_in, landed

PARK = {
    "name": "示范园区（虚构）",
    "office_name": "示范园区安全办",
    "document_prefix": "示经开安办",
    "office_phone": "0731-23000000",
    "permission_mode": "a",
}


def test_the_administrator_changes_the_settings_and_the_office_reads_them(world: World) -> None:
    with running(world) as app:
        admin = Browser(app, "admin")
        assert 'name="permission_mode" value="a" checked' in admin.get("/settings/park").text
        landed(admin.submit("/settings/park", PARK | {"permission_mode": "b"}))
        words = visible_text(Browser(app, "office").get("/settings").text)
        assert "0731-23000000" in words
        assert "书面委托执法" in words
        assert "责令限期整改指令书" in words
        assert "虚构" in words, "whether a park is fictional cannot be changed here"


def test_a_prefix_with_digits_is_refused_and_kept_in_the_form(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        answer = Browser(app, "admin").submit("/settings/park", PARK | {"document_prefix": "示安〔2026〕", "name": ""})
        assert answer.status_code == 400
        assert "请填写园区名称" in answer.text
        assert "机关代字只写文字" in answer.text
        assert 'value="示安〔2026〕"' in answer.text


def test_the_default_footing_says_what_may_not_be_written(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        words = visible_text(Browser(app, "office").get("/settings").text)
        assert "未委托（园区自行检查）" in words
        assert "隐患整改通知书" in words
        assert "责令限期整改指令书" not in words
        assert "责令" in words


def test_zones_and_grids_are_added_changed_and_removed(world: World) -> None:
    with running(world) as app:
        admin = Browser(app, "admin")
        landed(admin.submit("/settings/zones/new", {"name": "陶瓷谷"}))
        zone = id_in(admin.get("/settings").text.split('href="/settings/zones/')[3])
        assert "已经存在" in admin.submit("/settings/zones/new", {"name": "陶瓷谷"}).text
        landed(admin.submit(f"/settings/zones/{zone}", {"name": "陶瓷谷东区"}))
        landed(
            admin.submit(
                "/settings/grids/new", {"name": "第一网格", "zone_id": zone, "officer_name": "刘格", "officer_phone": "13900000000"}
            )
        )
        words = visible_text(admin.get("/settings").text)
        assert "陶瓷谷东区" in words
        assert "刘格" in words
        refused = admin.submit(f"/settings/zones/{zone}/remove", {})
        assert refused.status_code == 400
        assert "里还有 1 个" in refused.text
        grid = id_in(admin.get("/settings").text.split('href="/settings/grids/')[2])
        assert 'value="刘格"' in admin.get(f"/settings/grids/{grid}").text
        landed(admin.submit(f"/settings/grids/{grid}/remove", {}))
        landed(admin.submit(f"/settings/zones/{zone}/remove", {}))
        assert "还没有片区" in admin.get("/settings").text


def test_only_the_administrator_writes_and_another_park_sees_nothing(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        admin = Browser(app, "admin")
        landed(admin.submit("/settings/zones/new", {"name": "电瓷城"}))
        zone = id_in(admin.get("/settings").text.split('href="/settings/zones/')[3])
        office = Browser(app, "office")
        assert "修改</a>" not in office.get("/settings").text
        assert office.submit("/settings/park", PARK).status_code == 403
        assert office.get(f"/settings/zones/{zone}").status_code == 403
        assert "电瓷城" not in Browser(app, "foreign_office").get("/settings").text
        for who in ("inspector", "enterprise", "outsider", "auditor"):
            assert Browser(app, who).get("/settings").status_code == 403
