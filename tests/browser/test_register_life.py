"""A register from nothing to its paper, in a real browser: starters copied and confirmed, a point of its own entered, graded in words."""

import io

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.conftest import PHONE, Open
from tests.cast import World
from tests.full_life import FullLife

pytestmark = pytest.mark.xdist_group("browser")


def choose(page: Page, words: str) -> None:
    """Choose an answer by its words."""
    page.locator("label.whole", has_text=words).locator("input").check()


def test_a_register_is_entered_from_nothing_in_minutes_and_reaches_its_report(sign_in: Open, park: tuple[str, World, FullLife]) -> None:
    enterprise = f"/enterprises/{park[1].other_enterprise_id}"
    page = sign_in("inspector", PHONE)
    page.goto(f"{enterprise}/register")
    page.click("text=从行业参考清单复制")
    page.locator(".card", has_text="陶瓷").locator("text=选着复制").click()
    for name in ("辊道窑燃气系统", "配电室"):
        page.locator("label.tick", has_text=name).locator("input").check()
    page.click("text=复制勾选的")
    assert "还有 2 个危险源待现场确认" in page.inner_text("main")
    page.click("text=去确认")
    for tick in page.locator("[name=unit]").all():
        tick.check()
    page.click("text=确认所选")
    assert "已确认 2 个危险源" in page.inner_text("main")
    # One of its own: entered with what is done about it, then graded in the scheme's words.
    page.click("text=逐条录入")
    page.fill("[name=unit]", "电瓷试验站")
    page.fill("[name=point-0]", "工频耐压试验台")
    page.fill("[name=source-0]", "误入试验区触电")
    page.fill("[name=person-0]", "陈试")
    page.click("summary:has-text('管控措施') >> nth=0")
    for kind in ("engineering", "management", "training", "protection", "emergency"):
        page.fill(f"[name={kind}-0]", "一条措施")
    page.click("button:has-text('登记')")
    assert "已登记 1 个风险点、1 个危险源" in page.inner_text("main")
    assert "还有 1 个危险源没有评价" in page.inner_text("main")
    page.click("text=误入试验区触电")
    page.click("text=评价 >> nth=0")
    for words in ("可能性小,完全意外", "每天工作时间内暴露", "灾难,数人死亡"):
        choose(page, words)
    page.click("text=试算")
    assert "1 × 6 × 40 = 240" in page.inner_text("#result")
    page.click("text=保存评价")
    assert "评价和五类管控措施齐全" in page.inner_text("main")
    page.goto(f"{enterprise}/register?colour=2")
    assert "工频耐压试验台" in page.inner_text("main")
    page.click("text=风险文书")
    page.wait_for_url(f"**{enterprise}/risk/papers")
    assert "企业安全风险分级报告" in page.inner_text("main")
    # And printed, with what was just graded on it.
    printed = page.request.get(f"{enterprise}/risk/report.pdf")
    assert printed.ok
    words = "".join(one.extract_text() for one in PdfReader(io.BytesIO(printed.body())).pages)
    assert "工频耐压试验台" in words
    assert "240" in words
