"""The pages of reports in a browser's way: who finds them, what they say about themselves, and what an empty park sees."""

import re
from datetime import date
from html import unescape

from rules.terms import HazardLevel
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.office import Office
from tests.server.pages.lives import counting


def grow(world: World) -> Office:
    """One closed, one overdue, one major hazard of enterprise A; one of enterprise B."""
    office = Office(world)
    world.clock.set_day(date(2026, 10, 12))
    office.closed()
    office.rectifying(days=10)
    office.rectifying(HazardLevel.MAJOR, days=60)
    office.rectifying(days=60, target=world.other_enterprise_id)
    world.clock.set_day(date(2026, 11, 20))
    return office


def test_the_overview_offers_every_report_with_its_choices_and_forms(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        html = Browser(app, "office").get("/reports").text
        for words in ("企业整改闭环统计表", "隐患排查治理台账", "现场检查记录", "隐患整改通知书", "整改复核意见"):
            assert words in html, words
        for address in ("/reports/closure", "/reports/closure.pdf", "/reports/closure.xlsx", "/hazards/ledger.pdf", "/hazards/ledger.xlsx"):
            assert f'="{address}"' in html, address
        assert 'name="as_of" type="date" value="2026-11-19"' in html
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))


def test_reports_are_for_who_sees_the_record_and_for_each_enterprise(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        for who, status in (("leader", 200), ("inspector", 200), ("auditor", 200), ("enterprise", 200), ("admin", 403), ("screener", 403)):
            browser = Browser(app, who)
            for address in ("/reports", "/reports/closure", "/reports/closure/hazards?measure=found"):
                assert browser.get(address).status_code == status, (who, address)


def test_the_report_says_what_it_covers_and_how_it_counts(sqlite_world: World) -> None:
    grow(sqlite_world)
    with running(sqlite_world) as app:
        text = visible_text(Browser(app, "office").get("/reports/closure").text)
        assert "2026年1月1日至2026年11月19日发现的隐患，截至2026年11月19日24时" in text
        assert "仅列统计期内有隐患的单位" in text
        assert "分母为0时印“—”" in text
        assert "合计（2 家）" in text
        assert "湘瓷日用瓷（虚构）" in text


def test_a_number_opens_its_list_and_the_list_leads_back(sqlite_world: World) -> None:
    grow(sqlite_world)
    with running(sqlite_world) as app:
        browser = Browser(app, "office")
        html = browser.get("/reports/closure?from=2026-10-01&sort=name").text
        address = unescape(re.findall(r'href="(/reports/closure/hazards\?[^"]*measure=overdue[^"]*)"', html)[0])
        behind = browser.get(address).text
        assert '逾期未改：<span class="num">1</span>' in behind
        assert "逾期 28 天" in visible_text(behind)
        back = unescape(re.findall(r'href="(/reports/closure\?[^"]*)"', behind)[0])
        assert "from=2026-10-01" in back
        assert browser.get(back).status_code == 200


def test_the_overdue_of_the_report_is_the_overdue_of_the_home_page(sqlite_world: World) -> None:
    grow(sqlite_world)
    with running(sqlite_world) as app:
        browser = Browser(app, "office")
        home = re.search(r"逾期未改<b>(\d+)</b>", browser.get("/").text)
        report = re.search(r"逾期未改<b>(\d+)</b>", browser.get("/reports/closure").text)
        assert home is not None
        assert report is not None
        assert home.group(1) == report.group(1) == "1"
        later = visible_text(browser.get("/reports/closure?from=2026-11-01").text)
        assert "另有 1 项逾期未改的隐患发现于统计期之外；不论何时发现，到截止日共逾期未改 1 项" in later
        today = visible_text(browser.get("/reports/closure?as_of=2026-11-20").text)
        assert "今天到期而还没有合格提交的，按逾期计" in today


def test_what_cannot_be_done_as_asked_is_said(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        text = visible_text(Browser(app, "office").get("/reports/closure?as_of=2027-01-01&from=2026-12-01").text)
        assert "截止日不能晚于今天" in text
        assert "统计期的开始晚于结束" in text


def test_an_empty_park_is_told_what_to_do(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        browser = Browser(app, "office")
        assert "所选范围内没有发现隐患" in browser.get("/reports/closure").text
        assert "没有符合这个数字的隐患" in browser.get("/reports/closure/hazards?measure=overdue").text
        assert "—" in visible_text(browser.get("/reports/closure").text)


def test_an_enterprise_sees_its_own_row_and_no_other(sqlite_world: World) -> None:
    grow(sqlite_world)
    with running(sqlite_world) as app:
        mine = visible_text(Browser(app, "enterprise").get("/reports/closure").text)
        assert "湘瓷日用瓷（虚构）" in mine
        assert "渌江电瓷" not in mine
        theirs = Browser(app, "outsider")
        assert "湘瓷" not in theirs.get("/reports/closure").text
        foreign = theirs.get(f"/reports/closure/hazards?measure=found&enterprise={sqlite_world.enterprise_id}")
        assert foreign.status_code == 404
        assert "湘瓷" not in foreign.text


def test_the_pages_take_a_constant_number_of_queries(sqlite_world: World) -> None:
    office = grow(sqlite_world)
    with running(sqlite_world) as app:
        browser = Browser(app, "office")
        taken = []
        for _ in range(2):
            for address in ("/reports/closure", "/reports/closure/hazards?measure=found&as_of=2026-11-20"):
                with counting(app) as statements:
                    browser.get(address)
                taken.append(len(statements))
            for _ in range(5):
                office.rectifying(target=sqlite_world.other_enterprise_id)
        assert taken[:2] == taken[2:]


def test_checking_a_paper_needs_no_account_and_asks_for_the_code(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        html = Browser(app).get("/check").text
        assert "20 位核验码" in visible_text(html) or "20 位" in visible_text(html)
        assert 'action="/check"' in html
        assert "没有这个核验码" in Browser(app).get("/check?code=ABC").text
