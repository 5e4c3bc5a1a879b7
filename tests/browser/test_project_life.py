"""A project from a notice to its printed opinion, in a real browser: typed, screened, checked by two, reviewed, decided, verified."""

import io
import re

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser.conftest import DESK, PHONE, Open
from tests.cast import World
from tests.full_life import FullLife

pytestmark = pytest.mark.xdist_group("browser")

NAME = "年产2000万件日用瓷及金属化瓷件项目（虚构）"
TYPED = {
    "investment_wan": "8600",
    "products-0-name": "日用陶瓷",
    "products-0-capacity": "2000",
    "equipment-0-name": "辊道窑",
    "equipment-0-count": "2",
    "equipment-0-fuel": "天然气",
    "materials-0-name": "高岭土",
    "materials-0-annual_t": "9000",
    "materials-1-name": "液氨",
    "area": "陶瓷谷片区二路（虚构）",
}


def choose(page: Page, words: str, answer: str) -> None:
    """Answer a question of the form by its words."""
    page.locator("fieldset.field", has_text=words).last.locator("label", has_text=re.compile(rf"^\s*{answer}\s*$")).locator("input").check()


def done(page: Page) -> None:
    """The page says that the step was taken."""
    assert "已办理" in page.inner_text("p.done")


def describe(page: Page) -> None:
    """Type the notice; the industry and the substance are found by their names."""
    page.click("text=登记项目")
    page.fill("[name=name]", NAME)
    page.press("[name=name]", "Tab")
    page.keyboard.type("新窑陶瓷有限公司（虚构）")
    page.keyboard.press("Tab")
    page.keyboard.type("环评公示（虚构）")
    page.keyboard.press("Enter")
    page.wait_for_url("**/form")
    page.fill("[name=industry_codes]", "日用陶瓷")
    page.click("text=按名称查代码")
    page.click("button:has-text('用 3074')")
    assert page.input_value("[name=industry_codes]") == "3074"
    page.click("button[value='row:materials']")
    for name, words in TYPED.items():
        page.fill(f"[name={name}]", words)
    page.select_option("[name=build_type]", label="新建")
    page.select_option("[name=products-0-unit]", label="万件/年")
    page.select_option("[name=products-0-scope]", label="全厂")
    page.select_option("[name=materials-1-state]", label="液化气体")
    page.fill("[name=processes]", "注浆成型\n施釉\n烧成\n氨分解制氢")
    page.fill("[name=fuels]", "天然气")
    page.click("button[value='find:cas:1']")
    page.click("button[value='use:cas:1:7664-41-7']")
    for words, answer in (("四至范围内", "是"), ("化工园区内", "否"), ("合规园区", "是")):
        choose(page, words, answer)
    page.locator("button:has-text('保存草稿')").last.click()
    assert "已存" in page.inner_text("#saved")
    page.click("#flags summary")
    choose(page, "甲类或乙类厂房", "否")
    page.locator("button:has-text('提交并筛查')").click()


def test_a_project_goes_from_a_notice_to_a_printed_opinion_anybody_can_verify(
    sign_in: Open, browser: Browser, park: tuple[str, World, FullLife]
) -> None:
    screener = sign_in("screener", DESK)
    describe(screener)
    assert "人工研判" in screener.inner_text(".big-outcome")
    address = screener.url.split("?")[0]
    assert "液氨”的设计最大存量是多少吨" in screener.inner_text("#questions")
    screener.fill("[name='answer:materials[1].max_storage_t'] >> nth=0", "4")
    screener.click("text=记下答复，重新筛查")
    assert "已重新筛查" in screener.inner_text("p.done")
    assert "没有要问的了" in screener.inner_text("#questions")
    screener.click("button:has-text('项都是否')")
    screener.click("a:has-text('办理')")
    screener.click("text=我已核对命中条目和证据")
    done(screener)

    office = sign_in("office", DESK)
    office.goto(f"{address}/procedure")
    office.click("text=我已核对命中条目和证据")
    done(office)
    while (form := office.locator("#hits details[open] form")).count():
        form.first.locator("label", has_text="不影响准入").locator("input").check()
        form.first.locator("textarea").fill("存量 4 吨，设独立间和报警联锁，按附条件办理（虚构）")
        form.first.locator("button").click()
        done(office)
    office.click("text=提交会审 >> nth=-1")
    asked = office.locator("#departments .tag").count()
    assert asked > 1
    office.locator("#departments label", has_text=re.compile(r"^\s*附条件同意")).first.locator("input").check()
    office.locator("#departments details[open] form").first.locator("textarea").fill("氨分解间设有毒气体报警（虚构）")
    for _ in range(asked):
        form = office.locator("#departments details[open] form").first
        if not form.locator("input[name=view]:checked").count():
            form.locator("label", has_text=re.compile(r"^\s*同意")).locator("input").check()
        form.locator("[name=person]").fill("鲁科")
        form.locator("button").click()
        done(office)
    assert "会审意见已齐" in office.inner_text(".first-line")

    leader = sign_in("leader", PHONE)
    leader.click("text=个项目会审意见已齐，等您决定")
    leader.click(f"text={NAME}")
    leader.click("a:has-text('办理')")
    leader.check("[name=action][value=admit_with_conditions]")
    leader.fill("#decide [name=reason]", "符合片区定位，氨分解间按条件建设（虚构）")
    leader.fill("[name=meeting]", "2026年第9次联席会审（虚构）")
    leader.fill("[name=condition-0-text]", "氨分解间独立设置，配有毒气体报警和联锁切断（虚构）")
    leader.select_option("[name=condition-0-milestone]", label="指定日期")
    leader.fill("[name=condition-0-due_on]", "2026-12-31")
    leader.click("text=签发决定和意见书")
    done(leader)
    assert "2026年12月31日前" in leader.inner_text("#decisions")
    printed = leader.request.get(leader.locator("#decisions a", has_text="意见书 PDF").get_attribute("href") or "")
    assert printed.ok
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.body())).pages)
    number = re.search(r"\S*准〔2026〕\d+号", said)
    assert number is not None
    assert number[0] in leader.inner_text("#decisions")
    told = ("附条件准入", "氨分解间独立设置", "2026-12-31前", "HN-CP-3", "条文待核", "CTL-CHEM-2", "不影响准入", "附条件同意", "第9次")
    assert [words for words in told if words not in said] == []

    # Whoever holds the sheet, without an account.
    code = re.search(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}", said)
    assert code is not None
    stranger = browser.new_context(base_url=park[0], viewport={"width": PHONE[0], "height": PHONE[1]}).new_page()
    stranger.goto("/check")
    stranger.fill("[name=code]", code[0])
    stranger.press("[name=code]", "Enter")
    shown = stranger.inner_text("main")
    stranger.context.close()
    assert "有效" in shown
    assert number[0] in shown
    assert NAME not in shown, "the paper is confirmed, its content is not shown"
