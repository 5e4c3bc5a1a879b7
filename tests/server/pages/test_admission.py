"""The procedure of a project as people meet it: each sees their own step, what is missing is said, and the opinion can be printed."""

import io
import re

from pypdf import PdfReader

from tests.admission_hands import POTTERY, Screener
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.pages.lives import landed
from tests.server.test_admission import OXIDISER


def pdf_words(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_project_is_decided_in_browsers_and_its_opinion_printed(world: World) -> None:
    hands = Screener(world)
    project_id = hands.screened()
    base = f"/projects/{project_id}/procedure"
    with running(world) as app:
        screener, office, leader = Browser(app, "screener"), Browser(app, "office"), Browser(app, "leader")
        assert "我已核对命中条目和证据" in screener.get(base).text
        landed(screener.submit(f"{base}/check", {"note": "已核对"}))
        again = screener.submit(f"{base}/check", {})
        assert again.status_code == 409
        assert "还要另一个人复核" in visible_text(again.text)
        landed(office.submit(f"{base}/check", {}))
        for hit in re.findall(r'name="entry_id" value="([^"]+)"', office.get(base).text):
            landed(office.submit(f"{base}/hit", {"entry_id": hit, "verdict": "clear", "reason": "已核对，属例外"}))
        empty = office.submit(f"{base}/review", {})
        assert empty.status_code == 400
        assert "请至少选一个会审部门" in visible_text(empty.text)
        landed(office.submit(f"{base}/review", {"departments": ["emergency", "fire"]}))
        landed(office.submit(f"{base}/opinion", {"department": "emergency", "view": "agree", "person": "张科", "text": "同意"}))
        early = leader.submit(f"{base}/decide", {"action": "admit", "reason": "同意"})
        assert early.status_code == 409
        assert "会审意见" in visible_text(early.text)
        landed(office.submit(f"{base}/opinion", {"department": "fire", "view": "no_reply", "text": "11月18日、19日电话催办未回复"}))
        wrong = leader.submit(f"{base}/decide", {"action": "admit_with_conditions", "reason": "同意", "condition-0-text": "装设联锁阀"})
        assert wrong.status_code == 400
        assert "谁落实" in wrong.text
        assert "装设联锁阀" in wrong.text, "what was typed is kept"
        more = leader.submit(f"{base}/decide", {"do": "more", "condition-0-text": "装设联锁阀", "condition-1-text": "设围堰"})
        assert (more.status_code, more.text.count('name="condition-4-text"')) == (200, 1), "two typed, three to write into"
        assert "设围堰" in more.text
        form = {
            "action": "admit_with_conditions", "reason": "符合园区定位", "meeting": "第3次联席会",
            "condition-0-text": "装设联锁阀", "condition-0-responsible": "申报单位", "condition-0-milestone": "before_trial",
        }  # fmt: skip
        landed(leader.submit(f"{base}/decide", form))
        page = screener.get(base).text
        address = re.search(r'href="(/papers/[^"]+/pdf)"', page)
        assert address is not None
        said = pdf_words(screener.get(address.group(1)).content)
        for words in ("附条件准入", "装设联锁阀", "准〔2026〕1号", "应急管理部门", "未回复", "不是行政许可", "第3次联席会"):
            assert words in said
        numbers = re.findall(r"^([一二三四五六七八九十])[ 　]", said, re.MULTILINE)
        assert "".join(numbers) == "一二三四五六七八九十"[: len(numbers)], "a section that is left out leaves no gap"
        assert len(numbers) > 6
        assert "[0]" not in said, "places of figures are said in words"
        assert Browser(app, "inspector").get(address.group(1)).status_code == 404
        assert Browser(app, "outsider").get(address.group(1)).status_code == 404
        listed = visible_text(office.get("/projects/conditions").text)
        assert "装设联锁阀" in listed
        assert "开工前复核" in listed
        landed(office.submit(f"{base}/land", {"enterprise_id": str(world.enterprise_id)}))
        assert "安排首次检查" in office.get(base).text
        landed(screener.submit(f"{base}/screen", {"occasion": "before_construction", "reason": "施工图已出"}))
        after = visible_text(screener.get(base).text)
        assert "第 2 次（开工前复核" in after
        assert "结论与决定时相同" in after
        assert "还没有人复核" not in after
        landed(office.submit(f"{base}/reopen", {"reason": "改产电瓷"}))
        assert "不再有效" in visible_text(screener.get(base).text)
        assert "已撤回" in pdf_words(screener.get(address.group(1)).content)


def test_each_role_sees_its_own_steps(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed()
    base = f"/projects/{project_id}/procedure"
    with running(sqlite_world) as app:
        assert "签发决定和意见书" in Browser(app, "leader").get(base).text
        for who in ("screener", "office", "auditor"):
            page = Browser(app, who).get(base)
            assert page.status_code == 200
            assert "签发决定和意见书" not in page.text
        refused = Browser(app, "office").submit(f"{base}/decide", {"action": "admit", "reason": "同意"})
        assert refused.status_code == 403
        for who in ("inspector", "enterprise", "admin"):
            assert Browser(app, who).get(base).status_code == 403
        assert Browser(app, "foreign_office").get(base).status_code == 404


def test_odd_input_never_breaks_the_page(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed()
    base = f"/projects/{project_id}/procedure"
    with running(sqlite_world) as app:
        leader = Browser(app, "leader")
        for form in (
            {"action": "fly"},
            {"action": "admit", "valid_until": "明年"},
            {"action": "screen"},
            {"action": "admit", "version": "999"},
            {},
        ):
            answer = leader.submit(f"{base}/decide", form)
            assert answer.status_code in {400, 409}, form
        assert leader.submit(f"{base}/no-such-step", {}).status_code == 404
        office = Browser(app, "office")
        assert office.submit(f"{base}/hit", {"entry_id": "NO-1", "verdict": "clear", "reason": "x"}).status_code == 400
        assert office.submit(f"{base}/opinion", {"department": "nobody", "view": "perhaps"}).status_code == 400
        assert office.get("/projects/conditions?tab=nonsense&q=%25&page=99").status_code == 200


def test_conditions_are_followed_in_the_list(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed()
    with running(sqlite_world) as app:
        leader = Browser(app, "leader")
        form = {
            "action": "admit_with_conditions", "reason": "同意", "condition-0-text": "装设联锁阀", "condition-0-responsible": "申报单位",
            "condition-0-milestone": "day", "condition-0-due_on": "2026-11-20",
        }  # fmt: skip
        landed(leader.submit(f"/projects/{project_id}/procedure/decide", form))
        sqlite_world.clock.advance(days=4)
        office, screener = Browser(app, "office"), Browser(app, "screener")
        page = office.get("/projects/conditions?tab=overdue").text
        assert "逾期 4 天" in visible_text(page)
        procedure = visible_text(office.get(f"/projects/{project_id}/procedure").text)
        assert "1 项条件已逾期" in procedure
        assert "逾期 4 天" in procedure
        found = re.search(r"/projects/conditions/([0-9a-f-]+)/report", page)
        assert found is not None
        address = f"/projects/conditions/{found.group(1)}"
        assert office.submit(f"{address}/report", {"text": ""}).status_code == 400
        landed(office.submit(f"{address}/report", {"text": "已装设，附照片"}))
        assert office.submit(f"{address}/confirm", {}).status_code == 409
        landed(screener.submit(f"{address}/return", {"text": "照片看不清铭牌"}))
        assert "照片看不清铭牌" in visible_text(office.get("/projects/conditions").text)
        landed(office.submit(f"{address}/report", {"text": "补拍铭牌"}))
        landed(screener.submit(f"{address}/confirm", {}))
        assert "没有逾期的条件" in visible_text(office.get("/projects/conditions").text)


def test_no_row_of_the_form_vanishes(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed()
    base = f"/projects/{project_id}/procedure"
    with running(sqlite_world) as app:
        leader = Browser(app, "leader")
        whole = {"condition-0-text": "装设联锁阀", "condition-0-responsible": "申报单位", "condition-0-milestone": "before_trial"}
        bare = whole | {
            "action": "admit_with_conditions",
            "reason": "同意",
            "condition-2-responsible": "安全部 王工",
            "condition-2-milestone": "day",
        }
        for row in ({"condition-2-due_on": "2026-12-31"}, {"condition-2-text": " "}):
            answer = leader.submit(f"{base}/decide", bare | row)
            assert answer.status_code == 400
            assert "第 2 项条件：填了谁落实或日期，没有写要做到什么" in visible_text(answer.text)
            assert "安全部 王工" in answer.text
            assert "装设联锁阀" in answer.text
        for action in ("admit", "return", "refuse"):
            answer = leader.submit(f"{base}/decide", whole | {"action": action, "reason": "同意"})
            assert answer.status_code == 400
            assert "写了或改了条件的请选“附条件准入”" in visible_text(answer.text)
            assert "装设联锁阀" in answer.text
        landed(leader.submit(f"{base}/decide", {"action": "admit", "reason": "同意", "condition-0-milestone": "day"}))


def test_an_unanswered_condition_comes_back_with_what_was_typed(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed(POTTERY | {"materials": [{"name": "高岭土"}, OXIDISER]})
    base = f"/projects/{project_id}/procedure"
    with running(sqlite_world) as app:
        leader = Browser(app, "leader")
        page = leader.get(base).text
        rows = dict(re.findall(r'name="(condition-\d+-(?:text|responsible|milestone|due_on|entry_ids))" value="([^"]*)"', page))
        assert any(name.endswith("entry_ids") and value for name, value in rows.items())
        answer = leader.submit(f"{base}/decide", {"action": "admit", "reason": "同意这样"})
        assert answer.status_code == 400
        assert "写明为什么不附条件" in visible_text(answer.text)
        assert "同意这样" in answer.text
        landed(leader.submit(f"{base}/decide", {"action": "admit", "reason": "同意", "unconditioned_reason": "改用溶液，由供应商配送"}))
        page = visible_text(leader.get(base).text)
        assert "不附条件" in page
        assert "改用溶液，由供应商配送" in page
        address = re.search(r'href="(/papers/[^"]+/pdf)"', leader.get(base).text)
        assert address is not None
        assert "未附条件" in pdf_words(leader.get(address.group(1)).content)


def test_what_waits_for_somebody_is_said_with_the_number_of_the_list_it_opens(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    hands.checked()
    waiting, ready = hands.checked(), hands.reviewed()
    with running(sqlite_world) as app:
        office, leader = Browser(app, "office"), Browser(app, "leader")
        landed(office.submit(f"/projects/{waiting}/procedure/review", {"departments": ["fire"]}))
        assert "1 个项目会审意见已齐，等您决定" in visible_text(leader.get("/").text)
        listed = leader.get("/projects?ready=yes").text
        assert str(ready) in listed
        assert str(waiting) not in listed
        assert "还等消防救援机构的意见" in visible_text(leader.get(f"/projects/{waiting}/procedure").text)
        assert "会审意见已齐，请分管领导决定" in visible_text(office.get(f"/projects/{ready}/procedure").text)
        said = visible_text(office.get("/").text)
        assert "1 个项目待提交会审" in said
        assert "等分管领导决定" in said
        assert "共 1 条" in visible_text(office.get("/projects?state=checked").text)


def test_a_project_sent_back_says_why_and_a_decided_one_asks_nothing_any_more(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    facts = POTTERY | {"industry_codes": ["3843"], "products": [{"name": "铅蓄电池", "capacity": "20", "unit": "万千伏安时/年"}]}
    project_id = hands.checked(facts)
    base = f"/projects/{project_id}/procedure"
    with running(sqlite_world) as app:
        screener, office, leader = Browser(app, "screener"), Browser(app, "office"), Browser(app, "leader")
        assert "个问题待答" in visible_text(screener.get("/projects").text)
        landed(screener.submit(f"{base}/send-back", {"reason": "镉、砷含量没有答复"}))
        assert "退回补正，补好后重新筛查" in visible_text(office.get(base).text)
        assert "镉、砷含量没有答复" in visible_text(office.get(base).text)
        landed(screener.submit(f"{base}/screen", {"occasion": "answers"}))
        for one in (screener, office):
            landed(one.submit(f"{base}/check", {}))
        landed(office.submit(f"{base}/review", {"departments": ["ecology"]}))
        landed(leader.submit(f"{base}/decide", {"action": "return", "reason": "请先答清镉、砷含量"}))
        assert "个问题待答" not in visible_text(screener.get("/projects").text)
        assert "按今天的目录重新筛查" not in visible_text(screener.get(f"/projects/{project_id}").text)
        decided = visible_text(screener.get(f"/projects/{project_id}").text)
        assert "准〔2026〕1号" in decided
        assert "没有确认之前，不能出具" not in decided
