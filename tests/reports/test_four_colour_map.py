"""Does the map show everything the list holds, in colours, letters and patterns, as SVG and as PDF alike?"""

import io
import re
from datetime import date
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader
from reportlab.graphics import renderPDF
from reportlab.pdfgen.canvas import Canvas

from reports.fonts import FontSet
from reports.four_colour_map import MapMark, MapValue, MapZone, TrendMonth, as_svg, draw_map, draw_trend, mark_links
from rules.bands import Colour

SQUARE = ((-500.0, -500.0), (500.0, -500.0), (500.0, 500.0), (-500.0, 500.0))
COLOURS = (*(one.value for one in Colour), "")


def value_of(count: int = 12) -> MapValue:
    marks = tuple(
        MapMark(
            number=number + 1,
            name=f"湘瓷{number}（虚构）" if number else "湘<瓷>&电",
            colour=COLOURS[number % 5],
            x=None if number == 7 else -450 + 80.0 * (number % 12),
            y=None if number == 7 else -300 + 60.0 * (number % 9),
            address=f"/enterprises/{UUID(int=number)}/risk",
            is_outside=number == 3,
        )
        for number in range(count)
    )
    zones = (
        MapZone(name="中国陶瓷谷", colour="red", rings=(SQUARE,)),
        MapZone(name="空地", colour="", rings=(tuple((x + 1200, y) for x, y in SQUARE),)),
    )
    return MapValue(park_name="示范园区（虚构）", day=date(2026, 11, 22), zones=zones, marks=marks, is_fictional=True)


def texts_of(svg: str) -> str:
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    return "\n".join("".join(one.itertext()) for one in root.iter() if one.tag.endswith("text"))


def test_the_legend_counts_what_the_list_counts_and_names_what_is_missing(fonts: FontSet) -> None:
    value = value_of()
    said = texts_of(as_svg(draw_map(value, fonts, 760, 560), "四色分布图"))
    for words, colour in (("重大风险", "red"), ("较大风险", "orange"), ("一般风险", "yellow"), ("低风险", "blue"), ("未评价", "")):
        assert f"{words} {value.count(colour)} 家" in said
    assert "共 12 家，图上 11 家；1 家没有坐标，见列表；1 家在所属片区界外" in said
    assert "虚构" in said
    assert "WGS-84" in said
    assert "中国陶瓷谷　红" in said
    assert "空地　未评价" in said


def test_every_mark_carries_its_letter_and_leads_to_its_enterprise(fonts: FontSet) -> None:
    value = value_of()
    links = mark_links(value, 760, 560)
    svg = as_svg(draw_map(value, fonts, 760, 560), "四色分布图", links)
    assert len(links) == len(value.placed)
    assert set(re.findall(r'<a href="([^"]+)"', svg)) == {one.address for one in value.placed}
    said = texts_of(svg).splitlines()
    for colour, sign in (("red", "红"), ("orange", "橙"), ("yellow", "黄"), ("blue", "蓝")):
        placed = sum(one.colour == colour for one in value.placed)
        assert said.count(sign) == placed + 1, "each mark and the legend"
    assert "湘&lt;瓷&gt;&amp;电" in svg


def test_the_page_may_show_it_without_inline_styles_or_scripts(fonts: FontSet) -> None:
    svg = as_svg(draw_map(value_of(), fonts, 760, 560), "四色分布图")
    assert "style=" not in svg
    assert "<script" not in svg
    assert "NotoSansSC-Regular" not in svg


def test_paper_and_page_draw_the_same_words(fonts: FontSet) -> None:
    drawing = draw_map(value_of(), fonts, 760, 560)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(800, 600))
    renderPDF.draw(drawing, canvas, 10, 10)
    canvas.save()
    on_paper = PdfReader(io.BytesIO(file.getvalue())).pages[0].extract_text()
    for line in texts_of(as_svg(drawing, "四色分布图")).splitlines():
        assert line in on_paper


@pytest.mark.parametrize("count", [0, 1, 300])
def test_nothing_one_and_many_can_be_drawn(fonts: FontSet, count: int) -> None:
    value = value_of(count)
    svg = as_svg(draw_map(value, fonts, 760, 560), "四色分布图", mark_links(value, 760, 560))
    assert ET.fromstring(svg) is not None  # noqa: S314 - our own drawing
    assert len(svg) < 400_000
    bare = MapValue(park_name="新园", day=date(2026, 1, 1), zones=(), marks=())
    assert "还没有坐标和片区边界" in texts_of(as_svg(draw_map(bare, fonts, 760, 560), "图"))


def test_the_trend_prints_every_number_it_has_room_for_and_every_total(fonts: FontSet) -> None:
    months = [
        TrendMonth(day=date(2026, month, 28), counts={"red": 2, "orange": 10, "yellow": 30 + month, "blue": 20, "": 0})
        for month in range(1, 13)
    ]
    said = texts_of(as_svg(draw_trend(months, fonts, 760, 300), "趋势")).splitlines()
    for month in months:
        assert str(sum(month.counts.values())) in said
        assert str(month.counts["yellow"]) in said
    assert said.count("20") == 12
    assert "还没有可以统计的月份。" in texts_of(as_svg(draw_trend([], fonts, 760, 300), "趋势"))
