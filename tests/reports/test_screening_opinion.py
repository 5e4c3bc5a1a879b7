"""The printed opinion carries the distances and the edition as they were when it was signed, and asks where nobody can judge."""

import io
import json
from uuid import UUID

import msgspec
from pypdf import PdfReader

from reports.fonts import FontSet
from reports.screening_opinion import (
    TEMPLATE_VERSION,
    distance_cells,
    draw_screening_opinion,
    open_questions,
    opinion_paper_of,
    question_cells,
)
from rules.layout import Fit, LayoutKind
from rules.terms import ProjectAction
from server.admission.schemas import DecisionForm, OpinionFacts
from server.admission.service import decide, get_procedure
from server.layout.schemas import SiteForm
from server.layout.service import measure_layout, retire_object, set_site, tell_layout
from server.papers import read_value
from tests.admission_hands import POTTERY, Screener
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.reports.sample_papers import imprint
from tests.server.test_catalogue import TILES, confirmed
from tests.server.test_edition_day import SMALL_TILES
from tests.server.test_layout import EAST, NORTH, SITE, keep, shore

GAS = POTTERY | {"fuels": ["煤制气"], "equipment": [{"name": "辊道窑", "fuel": "煤制气"}], "flags": {"甲乙类": True}}


def pdf_words(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_the_opinion_says_the_distances_of_the_page_for_ever(world: World) -> None:
    hands = Screener(world)
    project_id = hands.reviewed(GAS)
    school = keep(world, LayoutKind.SCHOOL, {"type": "Point", "coordinates": [EAST, NORTH + 0.0025]}, "示范小学（虚构）")
    keep(world, LayoutKind.LUJIANG, shore(3000), "渌江岸线（虚构）")
    keep(world, LayoutKind.OVERHEAD_LINE, shore(90), "示范一线（虚构）")
    with world.work_as("screener") as work:
        set_site(work, project_id, SiteForm(geojson=json.dumps(SITE)))
    with world.work_as("leader") as work:
        told = tell_layout(measure_layout(work, project_id), work.today)
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.RETURN, reason="补正"))
    with world.work_as("office") as work:
        retire_object(work, school, "已搬迁")
    with world.work_as("auditor", write=False) as work:
        paper = get_procedure(work, hands.rulebook, project_id).decisions[0].paper
        assert paper is not None
        facts = read_value(paper, OpinionFacts)
    assert facts.industry_codes == ("3074 日用陶瓷制品制造",)
    assert facts.layout == told, "frozen as measured, whatever happens to the objects"
    assert [one.to for one in told.rows] == ["示范小学（虚构）", "示范一线（虚构）", "渌江岸线（虚构）"]
    assert "油气管线" in told.missing
    with running(world) as app:
        said = pdf_words(Browser(app, "office").get(f"/papers/{paper.id}/pdf").content)
        page = visible_text(Browser(app, "office").get(f"/projects/{project_id}/layout").text)
    for row in told.rows:
        assert f"{row.metres}米" in said
        if row.to != "示范小学（虚构）":
            assert f"{row.metres} 米" in page
        for rule in row.rules:
            assert "".join(rule.title.split()) in said
            assert (rule.ask == "") == (rule.fit not in {Fit.UNKNOWN.label}), rule
            assert (rule.ask == "") == (rule.whom == "")
    assert "外部布局与距离" in said
    assert "要问供电公司、申报单位的设计单位" in said
    assert "没有登记不等于没有" in said
    many = [msgspec.structs.replace(row, number=10 * turn + row.number) for turn in range(5) for row in told.rows]
    questions = open_questions(msgspec.structs.replace(told, rows=tuple(many)))
    asked = {(rule.title, rule.why, rule.ask) for row in told.rows for rule in row.rules if rule.ask}
    assert len(questions) == len(asked), "a question is asked once, whatever it concerns"
    numbers = [question_cells(place, one)[3].partition("：")[2].split("、") for place, one in enumerate(questions, 1)]
    for row in many:
        cells = list(distance_cells(row, questions))
        judged, open_ = [one for one in row.rules if not one.ask], [one for one in row.rules if one.ask]
        assert len([one for one in cells if not one[2].startswith("见问")]) == (len(judged) if row.rules else 1)
        waits_for = {place for place, some in enumerate(numbers, 1) if str(row.number) in some}
        assert len(waits_for) == len(open_), "and no distance is left out"
        assert all(f"问 {place}" in cells[-1][2] for place in waits_for)
    assert "不小于50米" in said


def test_without_a_site_the_opinion_says_that_nothing_was_measured(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed(POTTERY | {"stated": {"headcount": "80 人", "fire_class": "丁类"}})
    with sqlite_world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
        paper = get_procedure(work, hands.rulebook, project_id).decisions[0].paper
        assert paper is not None
    with running(sqlite_world) as app:
        said = pdf_words(Browser(app, "leader").get(f"/papers/{paper.id}/pdf").content)
    assert "没有标定场址，外部距离一处也没有量" in said
    assert "要问申报单位：场址边界在哪里" in said
    assert "其他申报内容" in said
    assert "劳动定员：80人，火灾危险性类别：丁类" in said
    assert "目录按收件（申报）之日2026-11-20的版本" in said
    assert "没有不同" in said


def test_who_confirmed_a_clause_when_and_on_what_source_is_on_ruling_and_opinion(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    confirmed(sqlite_world)
    project_id = hands.reviewed(SMALL_TILES)
    words = "孙筛 2026-11-20 录入，周办 2026-11-20 复核"
    (hit,) = [one for one in _hits(sqlite_world, project_id) if one["id"] == TILES]
    assert hit["confirmation"].startswith("已核：《虚构演示文件》（虚构令第1号）第12页")
    assert words in hit["confirmation"]
    with sqlite_world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.RETURN, reason="补正"))
        paper = get_procedure(work, hands.rulebook, project_id).decisions[0].paper
        assert paper is not None
    with running(sqlite_world) as app:
        browser = Browser(app, "leader")
        assert words in visible_text(browser.get(f"/projects/{project_id}").text)
        said = pdf_words(browser.get(f"/papers/{paper.id}/pdf").content)
    assert "".join(words.split()) in said
    assert "虚构令第1号" in said


def _hits(world: World, project_id: UUID) -> list[dict[str, str]]:
    with world.work_as("auditor", write=False) as work:
        kept = get_procedure(work, Screener(world).rulebook, project_id).dossier.kept
        assert kept is not None
        return [dict(one) for one in kept.screening["hits"]]


def test_an_opinion_of_before_has_no_new_part_and_keeps_its_numbers(sqlite_world: World, fonts: FontSet) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.reviewed()
    with sqlite_world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
        paper = get_procedure(work, hands.rulebook, project_id).decisions[0].paper
        assert paper is not None
        facts = read_value(paper, OpinionFacts)
    fields = msgspec.json.decode(msgspec.json.encode(facts))
    for name in ("layout", "edition", "unconditioned", "unconditioned_reason"):
        del fields[name]
    drawn = [
        pdf_words(draw_screening_opinion(opinion_paper_of(one, imprint(TEMPLATE_VERSION)), fonts, lambda _: None))
        for one in (facts, msgspec.convert(fields, OpinionFacts))
    ]
    assert "六外部布局与距离" in drawn[0]
    assert "七按“否”处理的事项" in drawn[0], "nothing was assessed in writing, and no number is left out"
    assert "八联席会审意见" in drawn[0]
    assert "外部布局" not in drawn[1]
    assert "申报）之日" not in drawn[1]
    assert "八联席会审意见" in drawn[1]
