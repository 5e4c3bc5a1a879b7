"""Repeated rows grow while somebody types: by button, by Enter, by Tab at the last field, on every form that has them; and never trap."""

from playwright.sync_api import Page, expect

from server.grading.service import read_register
from tests.browser.conftest import DESK, PHONE, Open
from tests.cast import World
from tests.full_life import FullLife
from tests.server.office import RULEBOOK

IN_LAST_ROW = """(place) => {
  const rows = document.querySelectorAll("[data-rows]")[place].querySelectorAll("[data-row]");
  return rows[rows.length - 1].contains(document.activeElement);
}"""
DOUBLES = """() => {
  const ids = [...document.querySelectorAll("main [id]")].map((one) => one.id);
  const labels = [...document.querySelectorAll("[data-row] label[for]")].map((one) => one.htmlFor);
  return ids.filter((id, place) => ids.indexOf(id) !== place).concat(labels.filter((id) => !document.getElementById(id)));
}"""
"""Ids that two elements share, and ids labels speak of that nothing has."""


def focused(page: Page) -> str:
    """The field that has the focus, by its name, or the button that adds rows, by its words."""
    return str(page.evaluate("(({dataset, name}) => dataset.rowAdd || name)(document.activeElement)"))


def test_a_batch_is_typed_by_keyboard_alone_and_survives_a_reload(sign_in: Open, park: tuple[str, World, FullLife]) -> None:
    _, world, _ = park
    page = sign_in("office", DESK)
    page.goto(f"/enterprises/{world.enterprise_id}/register/new")
    page.fill("[name=unit]", "键盘车间")
    for number in range(5):
        page.fill(f"[name=point-{number}]", f"点{number}")
        page.fill(f"[name=source-{number}]", f"源{number}")
        page.press(f"[name=source-{number}]", "Enter")
        # Enter leads to the next row, and at the last one makes it.
        assert focused(page) == f"point-{number + 1}"
    said = page.locator("[data-rows-said]")
    assert said.get_attribute("role") == "status"
    assert said.text_content() == "已加第 6 行。"
    # In an empty last row Enter makes nothing, and Tab leads out of the rows.
    page.keyboard.press("Enter")
    assert (said.text_content(), page.locator("[data-row]").count()) == ("这一行还没有填写。", 6)
    page.locator("[data-row]").last.locator("summary").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "加一行"
    # From a filled one it makes another.
    page.fill("[name=point-5]", "点5")
    page.locator("[data-row]").last.locator("summary").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "point-6"
    drop = page.get_by_role("button", name="去掉末尾空行")
    drop.click()
    assert (said.text_content(), page.locator("[data-row]").count()) == ("已去掉第 7 行，还有 6 行。", 6)
    # What is filled in is not offered to be removed, and the focus is not lost with the button.
    expect(drop).to_be_hidden()
    assert focused(page) == "加一行"
    # The line was down and the page is opened anew: what was typed stands in as many rows.
    page.reload()
    assert page.input_value("[name=point-5]") == "点5"
    assert page.locator("[data-row]").count() == 6
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url("**/register?points=6&sources=5")
    # What was taken stands in no later form.
    page.goto(f"/enterprises/{world.enterprise_id}/register/new")
    assert (page.input_value("[name=unit]"), page.input_value("[name=point-0]"), page.locator("[data-row]").count()) == ("", "", 3)
    with world.work_as("office", write=False) as work:
        register = read_register(work, RULEBOOK, world.enterprise_id)
    kept = [point.point.name for point in register.points if point.unit.name == "键盘车间"]
    assert kept == [f"点{number}" for number in range(6)]


def test_every_form_with_rows_grows_the_same_way_up_to_what_the_server_takes(sign_in: Open, park: tuple[str, World, FullLife]) -> None:
    _, world, life = park
    page = sign_in("office", PHONE)
    forms = {
        f"/enterprises/{world.enterprise_id}/register/new": (1, "60"),
        f"/enterprises/{world.enterprise_id}/chemicals/new": (1, "300"),
        f"/chemical-units/{life.register['chemicals']}/edit": (1, "300"),
        f"/risk-sources/{life.register['source']}/edit": (5, "100"),
        f"/risk-points/{life.register['point']}/sources/new": (5, "100"),
        f"/projects/{life.admission.project_id}/form": (3, "300"),
    }
    for address, (count, most) in forms.items():
        page.goto(address)
        groups = page.locator("[data-rows]")
        assert groups.count() == count, address
        for place in range(count):
            group = groups.nth(place)
            assert group.get_attribute("data-most") == most
            before = group.locator("[data-row]").count()
            group.locator("[data-row-add]").click()
            assert group.locator("[data-row]").count() == before + 1, address
            assert page.evaluate(IN_LAST_ROW, place), address
            # No two fields share a name or an id, and every label finds its field.
            html = group.inner_html()
            assert "__n__" not in html.split("<template")[0], address
        doubles = page.evaluate(DOUBLES)
        assert doubles == [], address
    page.goto(f"/enterprises/{world.enterprise_id}/register/new")
    page.evaluate("for (let press = 0; press < 60; press += 1) document.querySelector('[data-row-add]').click()")
    assert page.locator("[data-row]").count() == 60
    assert page.locator("[data-rows-said]").text_content() == "最多 60 行，先保存这些，再填下一批。"
