"""The office's forms by keyboard alone: in reading order, always seen, from the skip link to the last button; mistakes lead back."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Open
from tests.cast import World
from tests.full_life import FullLife

MOST_STOPS = 900
START = """() => {
  const luminance = (rgb) => {
    const parts = rgb.map((one) => one / 255).map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const colour = (text) => text.match(/[0-9.]+/g).map(Number);
  const behind = (one) => {
    for (let at = one.parentElement; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const shown = (one) => !one.disabled && one.checkVisibility({ visibilityProperty: true });
  const name = (one) => one.id || one.name || one.textContent.trim().slice(0, 20) || one.outerHTML.slice(0, 80);
  window.tabbable = () => {
    const groups = new Set();
    const stops = "main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)";
    return [...document.querySelectorAll(stops)].filter((one) => {
      if (!shown(one)) return false;
      if (one.type !== "radio") return true;
      const checked = [...one.form.elements].find((other) => other.type === "radio" && other.name === one.name && other.checked);
      if (checked) return one === checked;
      if (groups.has(one.name)) return false;
      return groups.add(one.name);
    });
  };
  window.reached = [];
  window.look = () => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const said = [], style = getComputedStyle(one), box = one.getBoundingClientRect();
    const before = window.reached.at(-1);
    if (one === before) return [];
    if (window.reached.includes(one)) return null;
    if (before && !(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)) said.push("comes after " + name(before));
    window.reached.push(one);
    const x = Math.max(box.left, 0) / 2 + Math.min(box.right, innerWidth) / 2;
    const y = Math.max(box.top, 0) / 2 + Math.min(box.bottom, innerHeight) / 2;
    const top = document.elementFromPoint(x, y);
    if (!top || !(one.contains(top) || top.contains(one))) said.push("is out of view or covered");
    const [light, dark] = [luminance(colour(style.outlineColor)), luminance(behind(one))].sort((a, b) => b - a);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) said.push("shows no outline");
    else if ((light + 0.05) / (dark + 0.05) < 3) said.push("has an outline nobody sees");
    return said.map((words) => name(one) + " " + words);
  };
  window.missed = () => window.tabbable().filter((one) => !window.reached.includes(one)).map(name);
}"""


def walk(page: Page) -> list[str]:
    """Press Tab from the top to the end of the page; what is wrong on the way, in words."""
    page.evaluate(START)
    found: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        said: Any = page.evaluate("window.look()")
        if said is None:
            break
        found += said
    return found + [f"{name} is never reached" for name in page.evaluate("window.missed()")]


def pages(world: World, life: FullLife) -> dict[str, str]:
    """The forms the office fills in most."""
    return {
        "confirm": f"/hazards/{life.hazards['found']}/confirm",
        "order": "/orders/new",
        "batch": f"/enterprises/{world.enterprise_id}/register/new",
        "enterprise": f"/enterprises/{world.enterprise_id}/edit",
        "intake": f"/projects/{life.admission.project_id}/form",
        "sequence": f"/enterprises/{world.enterprise_id}/register/order",
    }


@pytest.mark.parametrize("form", ["confirm", "order", "batch", "enterprise", "intake", "sequence"])
def test_tab_leads_through_a_form_in_reading_order_and_every_stop_is_seen(
    form: str, sign_in: Open, park: tuple[str, World, FullLife]
) -> None:
    page = sign_in("office", DESK)
    answer = page.goto(pages(*park[1:])[form])
    assert answer is not None
    assert answer.status == 200
    assert walk(page) == []


def test_the_skip_link_leads_into_the_page_a_fold_closes_and_a_mistake_has_the_focus(
    sign_in: Open, park: tuple[str, World, FullLife]
) -> None:
    page = sign_in("office", DESK)
    page.goto(pages(*park[1:])["enterprise"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    fold = page.locator("main details").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.keyboard.press("Escape")
    assert (fold.get_attribute("open"), page.evaluate("document.activeElement.tagName")) == (None, "SUMMARY")
    fold.locator("summary").click()
    page.keyboard.press("Escape")
    assert fold.get_attribute("open") is not None, "what a mouse opened stays open"
    page.fill("[name=credit_code]", "9143")
    page.fill("[name=longitude]", "东经")
    page.fill("[name=name]", "")
    page.press("[name=name]", "Enter")
    page.wait_for_selector(".errors a[href='#longitude']")
    expect(page.locator("[name=longitude]")).to_be_focused()
    page.fill("[name=longitude]", "")
    page.fill("[name=latitude]", "")
    page.press("[name=latitude]", "Enter")
    page.wait_for_selector(".errors a[href='#credit_code']")
    # Of several mistakes the first on the page, whatever the order they are told in.
    expect(page.locator("[name=name]")).to_be_focused()


def test_a_row_is_moved_again_and_again_by_the_same_key(sign_in: Open, park: tuple[str, World, FullLife]) -> None:
    page = sign_in("office", DESK)
    page.goto(pages(*park[1:])["sequence"])
    rows = page.locator("table.order tbody tr")
    name = rows.first.locator("td").nth(1).inner_text()
    page.locator("button[value^=down]").first.focus()
    for place in range(1, rows.count()):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert rows.nth(place).locator("td").nth(1).inner_text() == name
        # At the end the way back is at hand.
        expected = "up" if place == rows.count() - 1 else "down"
        expect(rows.nth(place).locator(f"button[value^={expected}]")).to_be_focused()
