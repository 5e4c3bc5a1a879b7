"""Signing in, accounts, phones and the rules, as a person meets them in a browser."""

import pytest

from tests.cast import PASSWORD, World
from tests.doors import Browser, running, visible_text


def test_a_wrong_password_is_refused_in_words_and_the_name_is_kept(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        answer = Browser(app).submit("/login", {"username": "office", "password": "not this one"})
        assert answer.status_code == 401
        assert "账号或密码不对" in answer.text
        assert 'value="office"' in answer.text


def test_guessing_is_slowed_down_and_the_right_password_waits_too(world: World) -> None:
    with running(world) as app:
        browser = Browser(app)
        for _ in range(world.settings.login_attempts):
            browser.submit("/login", {"username": "office", "password": "a guess"})
        answer = browser.submit("/login", {"username": "office", "password": PASSWORD})
        assert answer.status_code == 429
        world.clock.advance(minutes=16)
        assert Browser(app, "office").get("/me").status_code == 200


def test_after_signing_in_people_arrive_where_they_wanted_to_go_but_never_elsewhere(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        browser = Browser(app)
        assert browser.client.get("/rules?x=1", follow_redirects=False).headers["location"] == "/login?next=%2Frules%3Fx%3D1"
        answer = browser.submit("/login", {"username": "office", "password": PASSWORD, "next": "//evil.example"})
        assert answer.headers["location"] == "/"


def test_a_form_without_the_page_token_is_refused(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        browser = Browser(app, "admin")
        answer = browser.client.post("/accounts/new", data={"username": "x"}, follow_redirects=False)
        assert answer.status_code == 403
        assert "页面已过期" in answer.text


def test_a_session_ends_by_signing_out_and_by_not_being_used(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        browser = Browser(app, "office")
        browser.submit("/logout", {})
        assert browser.client.get("/me", follow_redirects=False).status_code == 303
        browser = Browser(app, "office")
        sqlite_world.clock.advance(hours=sqlite_world.settings.session_hours + 1)
        assert browser.client.get("/me", follow_redirects=False).status_code == 303


def test_a_session_that_is_used_lives_on(world: World) -> None:
    with running(world) as app:
        browser = Browser(app, "office")
        for _ in range(4):
            world.clock.advance(hours=world.settings.session_hours * 0.7)
            assert browser.client.get("/me", follow_redirects=False).status_code == 200


def test_the_administrator_opens_an_account_and_its_holder_comes_in(world: World) -> None:
    with running(world) as app:
        admin = Browser(app, "admin")
        fields = {"username": "zhang", "name": "张检", "role": "inspector", "password": "five small words here"}
        assert admin.submit("/accounts/new", fields).status_code == 303
        answer = Browser(app).submit("/login", {"username": "zhang", "password": "five small words here"})
        assert answer.status_code == 303


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"password": "short"}, "至少 10 个字符"),
        ({"name": ""}, "请填写姓名"),
        ({"username": "office"}, "已经存在"),
        ({"role": "enterprise"}, "企业账号要选一家"),
        ({"role": "system"}, "请选择角色"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_and_what_was_typed_is_kept(
    sqlite_world: World, changes: dict[str, str], message: str
) -> None:
    with running(sqlite_world) as app:
        fields = {"username": "zhang", "name": "张检", "role": "inspector", "password": "five small words here"} | changes
        answer = Browser(app, "admin").submit("/accounts/new", fields)
        assert answer.status_code == 400
        assert message in visible_text(answer.text)
        assert f'value="{fields["username"]}"' in answer.text


def test_closing_an_account_ends_its_session_and_its_phone_at_once(world: World) -> None:
    with running(world) as app:
        inspector = Browser(app, "inspector")
        account = world.accounts["inspector"]
        assert Browser(app, "admin").submit(f"/accounts/{account.id}/close", {"reason": "离职"}).status_code == 303
        assert inspector.client.get("/me", follow_redirects=False).status_code == 303
        phone = inspector.client.head(
            f"/mobile/v1/photos/{'0' * 64}", headers={"authorization": f"Bearer {world.device_tokens['inspector']}"}
        )
        assert phone.status_code == 401


def test_an_administrator_cannot_reach_another_parks_people(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        foreign = sqlite_world.accounts["foreign_office"]
        admin = Browser(app, "admin")
        assert admin.get(f"/accounts/{foreign.id}").status_code == 404
        assert admin.submit(f"/accounts/{foreign.id}/close", {"reason": "x"}).status_code == 404
        assert "吴他园" not in admin.get("/accounts").text


def test_a_changed_password_signs_out_everywhere(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        one, other = Browser(app, "office"), Browser(app, "office")
        wrong = one.submit("/me/password", {"old": "no", "new": "five small words here", "again": "five small words here"})
        assert wrong.status_code == 400
        right = one.submit("/me/password", {"old": PASSWORD, "new": "five small words here", "again": "five small words here"})
        assert right.status_code == 303
        assert other.client.get("/me", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "address", ["/rules", "/rules/criteria", "/rules/criteria?q=窑炉", "/rules/criteria/GM-10-8-4", "/rules/checklists/FIRE"]
)
def test_the_rules_can_be_read_by_office_and_enterprise(sqlite_world: World, address: str) -> None:
    with running(sqlite_world) as app:
        for who in ("office", "enterprise"):
            assert Browser(app, who).get(address).status_code == 200


def test_unknown_rules_are_not_found(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        browser = Browser(app, "office")
        assert browser.get("/rules/criteria/GM-99").status_code == 404
        assert browser.get("/rules/checklists/NOPE").status_code == 404
        assert browser.get("/rules/checklists/FIRE?edition=1900.1").status_code == 404


def test_health_looks_at_database_and_photo_store(world: World) -> None:
    with running(world) as app:
        answer = Browser(app).client.get("/health")
        assert answer.status_code == 200
        assert answer.json()["database"] == answer.json()["photo_store"] == "ok"


def test_a_strangers_large_form_is_not_even_read(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        stranger = Browser(app)
        token = stranger.token("/login")
        for cookies in ({}, {"parksafe_session": "made up"}):
            stranger.client.cookies.update(cookies)
            answer = stranger.client.post(
                "/accounts/new", data={"_csrf_token": token}, files={"photos": ("x.jpg", b"x" * 1000)}, follow_redirects=False
            )
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/login")
