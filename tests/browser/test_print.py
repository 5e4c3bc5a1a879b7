"""What comes out of a printer: content alone, in one column, every number of the first line, letters beside colours, no table cut off."""

import io
import re

from pypdf import PdfReader

from tests.browser.conftest import DESK, Open
from tests.cast import World
from tests.full_life import FullLife

PAPER = 718
"""How wide A4 is between its margins, in CSS pixels."""
LOOK = """(paper) => {
  const said = [], shown = (one) => one.checkVisibility();
  for (const one of document.querySelectorAll(".side, .top, .btn, .filters, .skip, main button, main input:not([type=hidden])"))
    if (shown(one)) said.push("shows " + (one.className || one.name || one.textContent.trim()));
  for (const one of document.querySelectorAll("main .first-line a:not(.no-print)"))
    if (!shown(one)) said.push("leaves out " + one.textContent);
  for (const one of document.querySelectorAll("main .cols")) if (getComputedStyle(one).display !== "block") said.push("has two columns");
  for (const one of document.querySelectorAll("thead"))
    if (shown(one) && getComputedStyle(one).display !== "table-header-group") said.push("repeats no heading");
  for (const one of document.querySelectorAll(".grade")) if (!one.textContent.trim()) said.push("has a colour without a letter");
  const wide = document.querySelector("main").scrollWidth;
  if (wide > paper + 1 && !document.querySelector("main.broad")) said.push(`is ${wide} wide`);
  return said;
}"""


def test_main_pages_print_their_content_and_nothing_else(sign_in: Open, park: tuple[str, World, FullLife]) -> None:
    _, world, life = park
    page = sign_in("office", DESK)
    enterprise = f"/enterprises/{world.enterprise_id}"
    hazard, order = f"/hazards/{life.hazards['rectifying']}", f"/orders/{life.orders['served']}"
    register = f"{enterprise}/register?measures=yes"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    wrong = {}
    for address in ("/risk", "/risk/enterprises", hazard, order, register, enterprise, f"{enterprise}/risk", "/plan"):
        page.goto(address)
        if found := page.evaluate(LOOK, PAPER):
            wrong[address] = found
    assert wrong == {}
    # A register longer than a page says on each what its columns are.
    page.goto(register)
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    with_rows = [text for one in pages if re.search(r"措施：", text := one.extract_text())]
    assert with_rows
    assert all("管控措施" in text for text in with_rows)
