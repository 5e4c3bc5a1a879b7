"""Do the pages fit a phone and a desk, and can they be worked without a mouse? Asked of a real browser, on the real application.

Every page of the office and of an enterprise is opened at both widths and looked at by the rules of the house: nothing runs over the
edge, nothing complains in the console, every field has a name, what is touched is large enough. Skipped where there is no Chromium.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.models.admission import AdmissionCondition
from server.screening.invitations import invite
from tests.admission_hands import Screener
from tests.browser.conftest import DESK, PHONE, Open
from tests.cast import World
from tests.full_life import FullLife
from tests.pictures import jpeg

pytestmark = pytest.mark.xdist_group("browser")

SMALLEST_TARGET = 42
MOST_TABS = 60

# What is wrong with the page in front of us, in words; empty when nothing is. Half a pixel is rounding.
LOOK = """
(smallest) => {
  const wrong = [];
  const seen = (one) => { const box = one.getBoundingClientRect(); return box.width > 1 && box.height > 1; };
  const over = document.scrollingElement.scrollWidth - innerWidth;
  if (over > 0) wrong.push(`runs ${over} px over the edge`);
  for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!one.labels.length && !one.getAttribute("aria-label")) wrong.push(`no label: ${one.name}`);
  for (const one of document.querySelectorAll("label[for]"))
    if (!document.getElementById(one.htmlFor)) wrong.push(`a label of nothing: ${one.htmlFor}`);
  for (const one of document.querySelectorAll("img"))
    if (!one.hasAttribute("alt") || (one.complete && !one.naturalWidth)) wrong.push(`broken or undescribed picture: ${one.src}`);
  const columns = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
  for (const table of document.querySelectorAll("table")) {
    const head = table.tHead && table.tHead.rows.length === 1 ? table.tHead.rows[0] : null;
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const other = head && !table.querySelector("[rowspan]") && rows.find((row) => columns(row) !== columns(head));
    if (other) wrong.push(`${columns(other)} cells under ${columns(head)} heads: ${head.textContent.trim().slice(0, 60)}`);
  }
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) wrong.push(`${heads} first headings`);
  const field = "select, textarea, input:not([type=hidden], [type=radio], [type=checkbox])";
  const touched = `button, .btn, .side > a, .side summary, .tabs a, ${field}`;
  for (const one of document.querySelectorAll(touched))
    if (seen(one) && one.getBoundingClientRect().height < smallest - 0.5)
      wrong.push(`too small to touch: ${one.textContent.trim() || one.name}`);
  return wrong;
}
"""


def catalogue_pages(life: FullLife) -> list[str]:
    """The catalogue, its editions, the desk and what a change does to projects."""
    edition = f"/catalogue/editions/{life.editions['draft']}"
    reading = [
        "/catalogue?q=陶瓷",
        "/catalogue/entries/CIR-2024-X-9-3",
        "/catalogue/editions",
        f"/catalogue/editions/compare?to={life.editions['draft']}",
    ]
    drafting = [edition, f"{edition}/entries/new", f"{edition}/entries/LLP-11/tighten"]
    impact = ["/catalogue/impact", f"/catalogue/impact/{life.impact_id}"]
    return [*reading, *drafting, "/catalogue/desk", f"/catalogue/desk/{life.records['entered']}", *impact]


def office_pages(world: World, life: FullLife) -> list[str]:
    """What the office opens in a day."""
    hazards = [f"/hazards/{life.hazards[state]}" for state in ("found", "rectifying", "submitted", "failed", "closed", "major")]
    orders = [f"/orders/{life.orders[state]}" for state in ("draft", "issued", "served", "archived")]
    single = [
        "/",
        "/hazards",
        "/hazards/new",
        "/hazards/on-the-spot",
        "/orders",
        "/orders/new",
        "/enterprises",
        "/enterprises/new",
        "/enterprises/import",
    ]
    single += ["/inspections", "/tasks", "/tasks/new", "/reports", "/reports/closure", "/rules", "/rules/criteria", "/set-aside"]
    single += ["/events", "/settings", "/targets", "/me", "/search?q=甲厂", "/rules/checklists/GEN"]
    forms = [f"/hazards/{life.hazards['found']}/confirm", f"/hazards/{life.hazards['submitted']}/reinspect"]
    forms += [f"/orders/{life.orders['issued']}/serve", f"/orders/{life.orders['issued']}/withdraw"]
    plan = ["/plan", "/plan/visits", "/plan/enterprises", "/plan/settings", "/plan/settings/frequency?floor_rule=gd", "/plan?year=2027"]
    plan += [f"/plan/visits/{life.visit_ids[0]}", f"/plan/enterprises/{world.enterprise_id}", f"/plan/{life.plan_id}/revisions"]
    plan += [f"/plan/visits/new?enterprise={world.enterprise_id}", f"/plan/{life.plan_id}/sheet"]
    things = [f"/enterprises/{world.enterprise_id}", f"/inspections/{life.inspection_id}", f"/tasks/{life.task_id}"]
    papers = f"/enterprises/{world.enterprise_id}/risk/papers"
    risk = [
        "/risk",
        "/settings/zones/outlines",
        "/projects/statistics",
        "/projects/conditions",
        "/risk/papers",
        "/risk/papers/issue",
        papers,
        f"{papers}/issue?kind=risk_notice",
        f"/papers/{life.grading_paper_id}/withdraw",
    ]
    grade = f"/enterprises/{world.enterprise_id}/risk"
    risk += [grade, f"{grade}/points", f"{grade}/history", f"{grade}?day=2026-11-01", f"{grade}/raise", "/risk/enterprises"]
    risk += ["/risk/overrides?tab=all", f"/risk/overrides/{life.moves['override']}", "/risk/policies", "/accidents", "/accidents/new"]
    risk += [f"/accidents/{life.moves['accident']}", f"/hazards/{life.hazards['major']}/place"]
    layout = [
        "/layout/objects",
        "/layout/objects/new",
        f"/layout/objects/{life.layout_object_id}",
        f"/projects/{life.admission.project_id}/layout",
    ]
    ends = [*layout, f"/set-aside/{life.aside_id}", f"/targets/{life.site_id}"]
    ends += catalogue_pages(life)
    project = f"/projects/{life.admission.project_id}"
    ends += decided_pages(world, life)
    ends += [
        "/projects",
        "/projects/new",
        "/projects/import",
        project,
        f"{project}/form",
        f"{project}/procedure",
        f"{project}/screenings/1",
        f"{project}/invitations/{life.admission.invitation_id}",
    ]
    return [*single, *hazards, *orders, *forms, *plan, *things, *risk, *register_pages(world, life), *ends]


def decided_pages(world: World, life: FullLife) -> list[str]:
    """A project that was decided, its conditions and paper, and what its applicant and whoever holds the paper open."""
    with world.work_as("screener") as work:
        project_id = work.session.get_one(AdmissionCondition, life.condition_id).project_id
        _, token = invite(work, life.admission.project_id, "甲厂王经理", 14)
    project = f"/projects/{project_id}"
    lists = ["/projects?state=decided", "/projects?ready=yes", "/projects/conditions?tab=all"]
    return [project, f"{project}/procedure", f"{project}/layout", *lists, f"/apply/{token}", f"/check/{life.verification_codes[-1]}"]


def leader_pages(world: World, life: FullLife) -> list[str]:
    """What the leader decides on and looks after."""
    waiting = Screener(world).reviewed()
    return ["/", "/projects", f"/projects/{waiting}/procedure", f"/projects/{waiting}", *decided_pages(world, life)[:2]]


def register_pages(world: World, life: FullLife) -> list[str]:
    """The risk register and the chemicals, as whoever keeps them opens them."""
    enterprise = f"/enterprises/{world.enterprise_id}"
    point, source = f"/risk-points/{life.register['point']}", f"/risk-sources/{life.register['source']}"
    chemicals = f"/chemical-units/{life.register['chemicals']}"
    steps = [
        "",
        "?measures=yes",
        "/new",
        "/starters",
        "/starters/ceramics",
        "/import",
        "/confirm",
        "/review",
        "/order",
        f"/order?unit={life.register['unit']}",
    ]
    register = [f"{enterprise}/register{step}" for step in (*steps, f"/units/{life.register['unit']}")]
    single = ["/register", f"/enterprises/{world.other_enterprise_id}/register", point, f"{point}/edit", f"{point}/sources/new"]
    single += [source, f"{source}/edit", f"{source}/assess", f"{source}/assess/scheme"]
    return [*register, *single, f"{enterprise}/chemicals", f"{enterprise}/chemicals/new", chemicals, f"{chemicals}/edit"]


def enterprise_pages(world: World, life: FullLife) -> list[str]:
    """What an enterprise opens."""
    hazards = [f"/hazards/{life.hazards[state]}" for state in ("rectifying", "submitted", "failed", "closed")]
    orders = [f"/orders/{life.orders[state]}" for state in ("issued", "served", "archived")]
    single = ["/", "/orders", "/hazards", "/hazards/new", "/enterprises/mine", "/reports", "/reports/closure", "/rules", "/me"]
    reply = f"/hazards/{life.hazards['rectifying']}/reply"
    single.append(f"/enterprises/{world.enterprise_id}/risk/papers")
    single += [f"/enterprises/{world.enterprise_id}/risk", f"/enterprises/{world.enterprise_id}/risk/points", "/accidents"]
    single += ["/register", f"/risk-points/{life.register['point']}", f"/risk-sources/{life.register['source']}"]
    single += [f"/enterprises/{world.enterprise_id}/chemicals", f"/chemical-units/{life.register['chemicals']}"]
    return [*single, *hazards, *orders, reply, f"/inspections/{life.inspection_id}", f"/enterprises/{world.enterprise_id}/criteria"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("who", "pages"),
    [("office", office_pages), ("enterprise", enterprise_pages), ("leader", leader_pages)],
    ids=["office", "enterprise", "leader"],
)
def test_pages_fit_and_every_field_has_a_name(
    who: str, pages: Callable[[World, FullLife], list[str]], size: tuple[int, int], sign_in: Open, park: tuple[str, World, FullLife]
) -> None:
    page = sign_in(who, size)
    wrong: dict[str, list[str]] = {}
    for address in pages(park[1], park[2]):
        answer = page.goto(address)
        found = page.evaluate(LOOK, SMALLEST_TARGET if size == PHONE else 0)
        if answer is None or answer.status != 200:
            found.append(f"answers {answer and answer.status}")
        if found:
            wrong[address] = found
    assert wrong == {}


def test_a_stroke_goes_to_the_search_and_what_has_the_focus_shows_it(sign_in: Open) -> None:
    page = sign_in("office", DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    outline = page.evaluate(
        "[getComputedStyle(document.activeElement).outlineStyle, getComputedStyle(document.activeElement).outlineWidth]"
    )
    assert outline == ["solid", "3px"]
    page.keyboard.press("/")
    page.keyboard.type("甲厂")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert "查找“甲厂”" in page.inner_text("h1")


def test_print_takes_the_content_only(sign_in: Open) -> None:
    page = sign_in("office", DESK)
    page.goto("/hazards")
    page.emulate_media(media="print")
    assert page.locator("main h1").is_visible()
    for part in (".side", ".top", "form.filters", ".head .btn >> nth=0"):
        assert not page.locator(part).is_visible(), part


def test_the_navigation_is_at_the_thumb_and_reaches_every_page(sign_in: Open) -> None:
    page = sign_in("office", PHONE)
    box = page.locator(".side").bounding_box()
    assert box is not None
    assert round(box["y"] + box["height"]) == PHONE[1]
    page.click(".side summary")
    page.click(".side details >> text=统计报表")
    page.wait_for_url("**/reports")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || document.activeElement.className") == name:
            return
    pytest.fail(f"Tab does not reach {name}")


def test_an_enterprise_answers_with_a_photo_without_touching_a_mouse(
    sign_in: Open, park: tuple[str, World, FullLife], tmp_path: Path
) -> None:
    photo = tmp_path / "after.jpg"
    photo.write_bytes(jpeg(seed=7, width=640, height=480))
    hazard = f"/hazards/{park[2].hazards['rectifying']}"
    page = sign_in("enterprise", PHONE)
    # Listening from before the page opens: the browser starts catching choosers only some time after being asked.
    page.on("filechooser", lambda _chooser: None)
    page.goto(f"{hazard}/reply")
    tab_to(page, "measure")
    page.keyboard.type("纸箱已移走，通道划线")
    tab_to(page, "photos")
    with page.expect_file_chooser(timeout=10_000) as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(str(photo))
    tab_to(page, "responsible_person")
    page.keyboard.press("Control+A")
    page.keyboard.type("李企")
    tab_to(page, "funds_yuan")
    page.keyboard.type("0")
    tab_to(page, "btn big")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith("/reply"))
    page.goto(hazard)
    assert "待复查" in page.inner_text("main .head")
    assert "纸箱已移走，通道划线" in page.inner_text("main")
    assert page.locator("main .pair img").count() == 2
