"""Chemicals as people enter them: named as they say it, looked up, asked about, summed term by term; no pass while a fact is missing."""

import re

import pytest

from server.grading.schemas import ChemicalUnitView
from server.grading.service import read_chemicals
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.grading_hands import RED, Grading, point
from tests.server.office import RULEBOOK
from tests.server.pages.lives import counting, landed
from tests.server.pages.test_risk_register import errors_in


def chemicals_of(world: World) -> tuple[ChemicalUnitView, ...]:
    """What is kept of enterprise A."""
    with world.work_as("office", write=False) as work:
        return read_chemicals(work, RULEBOOK, world.enterprise_id)


def unit(*rows: dict[str, str], **more: str) -> dict[str, str]:
    """The form of a unit, filled in."""
    fields = {"name": "制冷机房", "count": str(len(rows) + 1), "do": "save"}
    for place, row in enumerate(rows):
        fields |= {f"{name}-{place}": text for name, text in row.items()}
    return fields | more


AMMONIA = {"name": "液氨", "quantity_t": "9.9 吨", "purpose": "制冷"}


def test_chemicals_are_looked_up_chosen_from_what_is_offered_and_summed_before_anything_is_kept(sqlite_world: World) -> None:
    new = f"/enterprises/{sqlite_world.enterprise_id}/chemicals/new"
    with running(sqlite_world) as app:
        office = Browser(app, "inspector")
        nitrate, strange = {"name": "硝酸铵", "quantity_t": "2"}, {"name": "香蕉水", "quantity_t": "0.5"}
        tried = office.submit(new, unit(AMMONIA, nitrate, strange, do="try"))
        words = visible_text(tried.text)
        assert tried.status_code == 200
        assert "表1第 1 项“氨”，临界量 10 t" in words
        assert "含可燃物多少" in words
        assert re.findall(r'name="pick-1" value="([^"]+)"', tried.text) == [
            "硝酸铵(含可燃物&gt;0.2%,含以碳计的任何有机物,不含其他添加剂)",
            "硝酸铵(含可燃物≤0.2%)",
        ]
        assert "“香蕉水”不在表1" in words
        assert "待补充后判定" in words
        assert "S = Σq/Q = 待补充" in words
        assert chemicals_of(sqlite_world) == ()
        settled = unit(AMMONIA, nitrate, strange | {"category-2-0": "W5.3"}) | {"pick-1": "硝酸铵(含可燃物≤0.2%)", "category-2-0": "W5.3"}
        address = landed(office.submit(new, settled))
        page = visible_text(office.get(address).text)
        (kept,) = chemicals_of(sqlite_world)
        assert kept.installation is not None
        # 9.9/10 + 2/50 + 0.5/1000
        assert kept.installation.s_text == "1.0305"
        assert "S = Σq/Q = 1.0305" in page
        assert "构成重大危险源" in page
        assert "级别待补充" in page
        assert "常住人口有多少人" in page
        assert all(f" {term} " in page for term in ("0.99", "0.04", "0.0005"))
        assert "不是 重大事故隐患" in page
        assert "登记化学品" in page
        edit = address.split("?")[0] + "/edit"
        form = office.get(edit).text
        assert 'value="9.9"' in form
        fields = settled | {"name-1": "硝酸铵(含可燃物≤0.2%)", "beta-1": "1", "residents": "120", "version": versions(form)}
        landed(office.submit(edit, fields))
        assert "四级" in visible_text(office.get(address).text)
        stale = office.submit(edit, fields | {"residents": "1"})
        assert stale.status_code == 400
        (kept,) = chemicals_of(sqlite_world)
        assert kept.unit.residents == 120


def versions(html: str) -> str:
    """The version a form was made from."""
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ({"name": "氨", "cas": "7664-41-8"}, "cas-0", "校验位"),
        ({"name": "氨", "quantity_t": "很多"}, "quantity_t-0", "请填数字"),
        ({"name": "氨", "quantity_t": "1e400"}, "quantity_t-0", "小数不超过"),
        ({"name": "氨", "quantity_t": "-1"}, "quantity_t-0", "不小于 0"),
        ({"cas": "1333-74-0", "name": "氨"}, "name-0", "不是同一种物质"),
        ({"name": "自配液", "threshold_t": "5"}, "threshold_source-0", "须写明来源"),
        ({"quantity_t": "5"}, "name-0", "名称或 CAS 号"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field_and_what_was_typed_stays(
    chemistry: tuple[World, Browser], row: dict[str, str], field: str, said: str
) -> None:
    world, office = chemistry
    answer = office.submit(f"/enterprises/{world.enterprise_id}/chemicals/new", unit(row))
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    assert said in errors_in(answer.text)[0]
    assert all(f'value="{text}"' in answer.text for text in row.values())
    assert chemicals_of(world) == ()


@pytest.fixture
def chemistry(sqlite_world: World) -> tuple[World, Browser]:
    """A world and its office."""
    with running(sqlite_world) as app:
        return sqlite_world, Browser(app, "office")


def test_an_installation_points_to_the_direct_judgement_of_its_risk_point_until_that_is_red(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    point_id = grading.add(point("氨机房", ("1", "6", "7"))).point_ids[0]
    list_address = f"/enterprises/{sqlite_world.enterprise_id}/chemicals"
    with running(sqlite_world) as app:
        office, enterprise = Browser(app, "office"), Browser(app, "enterprise")
        assert "还没有登记危险化学品" in enterprise.get(list_address).text
        full = unit({"name": "液氨", "quantity_t": "10"}, residents="0", point_id=str(point_id))
        address = landed(office.submit(f"{list_address}/new", full)).split("?")[0]
        assert "请对照直接判定 general_3" in enterprise.get(list_address).text
        assert "1 个单元构成重大危险源" in visible_text(enterprise.get(list_address).text)
        source = grading.source_id("氨机房危险源1")
        scores = {"chosen-likelihood": "1", "chosen-exposure": "6", "chosen-consequence": "7", "scheme": "lec:colour4_ge:"}
        landed(office.submit(f"/risk-sources/{source}/assess", scores | {"direct": "general_3"}))
        assert "请对照直接判定" not in enterprise.get(list_address).text
        taken = set()
        for name in ("甲罐", "乙罐"):
            landed(office.submit(f"{list_address}/new", full | {"name": name}))
            with counting(app) as statements:
                enterprise.get(list_address)
            taken.add(len(statements))
        assert len(taken) == 1, "however many units"
        assert office.submit(f"{address}/retire", {}).status_code == 400
        landed(office.submit(f"{address}/retire", {"reason": "机房拆除"}))
        assert "机房拆除" in enterprise.get(address).text
        assert len(chemicals_of(sqlite_world)) == 2
        assert enterprise.get(f"{address}/edit").status_code == 403
        assert Browser(app, "outsider").get(address).status_code == 404
        assert Browser(app, "outsider").get(list_address).status_code == 404


def test_the_worst_point_of_a_register_is_not_touched_by_chemicals(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", RED))
    with running(sqlite_world) as app:
        landed(Browser(app, "office").submit(f"/enterprises/{sqlite_world.enterprise_id}/chemicals/new", unit(AMMONIA)))
    assert grading.grade().headline == "红：窑 D=720"
