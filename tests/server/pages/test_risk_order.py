"""Putting a register in its order as people do it: by a button, by a number, by keyboard alone, and never over a colleague's change."""

import re

from server.grading.service import read_register
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.grading_hands import BLUE, RED, Grading, point
from tests.server.office import RULEBOOK
from tests.server.pages.lives import landed


def names(world: World) -> list[str]:
    """The points of enterprise A in their order."""
    with world.work_as("office", write=False) as work:
        return [one.point.name for one in read_register(work, RULEBOOK, world.enterprise_id).points]


def fields(html: str) -> dict[str, object]:
    """The form as the page holds it."""
    found: dict[str, object] = dict(re.findall(r'name="(position-[^"]+)" value="([^"]*)"', html))
    found |= dict(re.findall(r'name="(unit|point)" value="([^"]+)"', html))
    return found | {"row": re.findall(r'name="row" value="([^"]+)"', html)}


def test_rows_move_by_button_by_number_and_with_the_keyboard(sqlite_world: World) -> None:
    Grading(sqlite_world).add(point("窑", BLUE, RED), point("风机", BLUE), point("泵", BLUE), point("线", BLUE, unit="包装车间"))
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        base = f"/enterprises/{sqlite_world.enterprise_id}/register"
        assert f'href="{base}/order"' in office.get(base).text
        units = office.get(f"{base}/order").text
        assert "风险单元的顺序" in units
        inner = re.findall(rf'href="({base}/order\?unit=[^"]+)"', units)[0]
        page = office.get(inner).text
        form = fields(page)
        rows = form["row"]
        assert isinstance(rows, list)
        assert visible_text(page).count("排它的危险源") == 3
        # The first button of the form is the one Enter presses: it takes the numbers typed.
        assert re.findall(r'<button class="btn" name="do" value="([^"]+)"', page)[0] == "save"
        went = landed(office.submit(f"{base}/order", form | {"do": f"down:{rows[0]}"}))
        after = office.get(went).text
        assert names(sqlite_world) == ["风机", "窑", "泵", "线"]
        assert "“窑”现在是第 2 个，共 3 个。" in after
        assert re.search(rf'value="down:{rows[0]}"[^>]* autofocus', after), "the same button is at hand again"
        # By number: what was typed counts also when a button is pressed.
        form = fields(after)
        went = landed(office.submit(f"{base}/order", form | {f"position-{rows[2]}": "1", "do": f"up:{rows[0]}"}))
        assert names(sqlite_world) == ["泵", "窑", "风机", "线"]
        wrong = office.submit(f"{base}/order", fields(office.get(went).text) | {f"position-{rows[0]}": "9", "do": "save"})
        assert (wrong.status_code, "序号应在 1 和 3 之间" in wrong.text) == (400, True)
        assert f'name="position-{rows[0]}" value="9"' in wrong.text, "kept as typed"
        assert "请填整数" in office.submit(f"{base}/order", form | {f"position-{rows[0]}": "二", "do": "save"}).text
        stale = office.submit(f"{base}/order", form | {"do": f"up:{rows[2]}"})
        assert (stale.status_code, "清单的顺序或内容" in stale.text) == (409, True)
        assert names(sqlite_world) == ["泵", "窑", "风机", "线"]
        sources = office.get(re.findall(rf'href="({base}/order\?point=[^"]+)"', office.get(inner).text)[1]).text
        assert "危险源的顺序：烧成车间·窑" in sources


def test_only_who_keeps_registers_may_order_them_and_an_empty_list_says_what_comes(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        address = f"/enterprises/{sqlite_world.enterprise_id}/register/order"
        assert "登记以后在这里排顺序" in Browser(app, "inspector").get(address).text
        for who, status in (("leader", 403), ("enterprise", 403), ("outsider", 403)):
            assert Browser(app, who).get(address).status_code == status
