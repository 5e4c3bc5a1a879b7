"""Every paper, tried alike: pages, marks, breaking rule, fonts, sameness. Then what is particular to each."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from reports.closure import ClosureReport, draw_closure_report
from reports.fonts import FontSet
from reports.grading_report import draw_grading_report
from reports.grading_values import GradingPaper, PointsPaper
from reports.inspection_record import InspectionRecord, draw_inspection_record
from reports.layout import OFFICIAL_FRAME
from reports.ledger import LedgerHead, draw_ledger
from reports.paper import UnknownTemplateError
from reports.park_counts import ParkPaper
from reports.park_grading import draw_park_report
from reports.rectification_notice import RectificationNotice, draw_rectification_notice, find_wording_problems
from reports.reinspection_opinion import ReinspectionOpinion, draw_reinspection_opinion
from reports.risk_cards import RiskCards, draw_risk_cards
from reports.risk_notice import draw_risk_notice
from reports.risk_register import draw_risk_register
from reports.text_lines import NEVER_FIRST, NEVER_LAST
from reports.wording import ENFORCEMENT_WORDS, ForbiddenWordingError, WordingProblem
from rules.terms import DocumentKind
from tests.reports import sample_grading, sample_papers
from tests.reports.conftest import REPOSITORY
from tests.reports.pdf_lines import page_texts, placed_lines

Paper = (
    InspectionRecord
    | RectificationNotice
    | ReinspectionOpinion
    | ClosureReport
    | LedgerHead
    | GradingPaper
    | PointsPaper
    | ParkPaper
    | RiskCards
)


def draw(paper: Paper, fonts: FontSet) -> bytes:
    """Any paper as a PDF."""
    match paper:
        case InspectionRecord():
            return draw_inspection_record(paper, fonts, sample_papers.PHOTO_FILES.get)
        case RectificationNotice():
            return draw_rectification_notice(paper, fonts, sample_papers.PHOTO_FILES.get)
        case ReinspectionOpinion():
            return draw_reinspection_opinion(paper, fonts, sample_papers.PHOTO_FILES.get)
        case ClosureReport():
            return draw_closure_report(paper, fonts)
        case LedgerHead():
            output = io.BytesIO()
            draw_ledger(paper, map(sample_papers.ledger_row, range(1, 60)), fonts, output)
            return output.getvalue()
        case GradingPaper():
            return draw_grading_report(paper, fonts, sample_papers.PHOTO_FILES.get)
        case ParkPaper():
            return draw_park_report(paper, fonts, sample_papers.PHOTO_FILES.get)
        case RiskCards():
            return draw_risk_cards(paper, fonts, sample_papers.PHOTO_FILES.get)
        case PointsPaper():
            draw_points = draw_risk_notice if paper.facts.kind == DocumentKind.RISK_NOTICE else draw_risk_register
            return draw_points(paper, fonts, sample_papers.PHOTO_FILES.get)


PAPERS: dict[str, Callable[..., Paper]] = {
    "record": sample_papers.record,
    "notice": sample_papers.notice,
    "opinion": sample_papers.opinion,
    "closure": sample_papers.closure_report,
    "ledger": sample_papers.ledger_head,
    "grading report": sample_grading.report,
    "risk register": sample_grading.register,
    "risk notice": sample_grading.notice,
    "risk cards": sample_grading.cards,
    "park report": sample_grading.park,
}
every_paper = pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS.keys())


@every_paper
def test_every_page_says_which_of_how_many_it_is(make: Callable[..., Paper], fonts: FontSet) -> None:
    pages = page_texts(draw(make(), fonts))
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert f"第{number}页 共{len(pages)}页" in text


@every_paper
def test_every_page_of_a_fictional_park_says_so(make: Callable[..., Paper], fonts: FontSet) -> None:
    assert all("虚构数据，仅供演示" in text for text in page_texts(draw(make(), fonts)))


@every_paper
def test_a_real_park_is_not_called_fictional(make: Callable[..., Paper], fonts: FontSet) -> None:
    paper = make()
    real = msgspec.structs.replace(paper, imprint=msgspec.structs.replace(paper.imprint, is_fictional=False))
    assert not any("仅供演示" in text for text in page_texts(draw(real, fonts)))


@every_paper
def test_every_page_of_a_draft_says_so_and_an_issued_paper_does_not(make: Callable[..., Paper], fonts: FontSet) -> None:
    # The watermark is read on its own: pypdf joins it with what it lies under.
    draft = [page.extract_text(orientations=(315, 45, 0, 90)) for page in PdfReader(io.BytesIO(draw(make(is_draft=True), fonts))).pages]
    assert all("草稿" in text for text in draft)
    assert not any("草稿" in text for text in page_texts(draw(make(), fonts)))


@every_paper
def test_no_line_on_any_page_starts_or_ends_with_a_forbidden_mark(make: Callable[..., Paper], fonts: FontSet) -> None:
    lines = [line.text for page in placed_lines(draw(make(), fonts)) for line in page]
    # A lone dash is a whole cell, "nothing to say", a lone ? the mark of what is not assessed: no broken lines.
    broken = [line for line in lines if line not in ("—", "—／—", "?") and (line[0] in NEVER_FIRST or line[-1] in NEVER_LAST)]
    assert broken == []
    assert len(lines) > 50


@every_paper
def test_no_line_runs_off_its_page(make: Callable[..., Paper], fonts: FontSet) -> None:
    pdf = draw(make(), fonts)
    for page, lines in zip(PdfReader(io.BytesIO(pdf)).pages, placed_lines(pdf), strict=True):
        assert all(line.x > 20 and line.end < float(page.mediabox.width) - 20 for line in lines)
        assert all(15 < line.y < float(page.mediabox.height) - 15 for line in lines)


@every_paper
def test_every_font_is_embedded(make: Callable[..., Paper], fonts: FontSet) -> None:
    pdf = draw(make(), fonts)
    embedded = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for name, font in resources["/Font"].items():
            if "/FontDescriptor" in font.get_object():
                assert "/FontFile2" in font.get_object()["/FontDescriptor"].get_object()
                embedded.add(name)
        # Helvetica stands in ReportLab's resources; no text may be set in it.
        contents = page.get_contents()
        assert contents is not None
        used = set(re.findall(rb"/(\S+) \S+ Tf", contents.get_data()))
        assert {f"/{name.decode()}" for name in used if b"+" not in name} <= {"/F1"}
    assert embedded


@every_paper
def test_a_stored_paper_is_drawn_again_byte_for_byte(make: Callable[..., Paper], fonts: FontSet) -> None:
    paper = make()
    stored = msgspec.json.encode(paper)
    again = msgspec.json.decode(stored, type=type(paper))
    assert again == paper
    assert draw(again, fonts) == draw(paper, fonts)


def test_another_process_draws_the_same_bytes(fonts: FontSet, font_folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from reports.fonts import load_fonts; from tests.reports import sample_papers\n"
        "from reports.rectification_notice import draw_rectification_notice\n"
        "pdf = draw_rectification_notice(sample_papers.notice(), load_fonts(Path(sys.argv[1])), sample_papers.PHOTO_FILES.get)\n"
        "Path(sys.argv[2]).write_bytes(pdf)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "SOURCE_DATE_EPOCH": "0"}
    command = [sys.executable, "-c", program, str(font_folder.resolve()), str(tmp_path / "notice.pdf")]
    subprocess.run(command, check=True, cwd=REPOSITORY, env=environment, timeout=120)
    assert (tmp_path / "notice.pdf").read_bytes() == draw(sample_papers.notice(), fonts)


def test_papers_drawn_at_the_same_time_do_not_disturb_each_other(fonts: FontSet) -> None:
    papers = [make() for make in PAPERS.values()] * 4
    alone = [draw(paper, fonts) for paper in papers[: len(PAPERS)]] * 4
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda paper: draw(paper, fonts), papers))
    assert together == alone


@every_paper
def test_a_paper_of_another_template_is_refused(make: Callable[..., Paper], fonts: FontSet) -> None:
    paper = make()
    other = msgspec.structs.replace(paper, imprint=msgspec.structs.replace(paper.imprint, template_version="of_old/0"))
    with pytest.raises(UnknownTemplateError, match="of_old/0"):
        draw(other, fonts)


@pytest.mark.parametrize("make", [sample_papers.record, sample_papers.notice], ids=["record", "notice"])
def test_an_unverified_clause_says_so_beside_it_and_a_verified_one_does_not(make: Callable[[], Paper], fonts: FontSet) -> None:
    text = "".join(line.text for page in placed_lines(draw(make(), fonts)) for line in page)
    assert re.search(r"5\.3\.2\s?（条文待核）", text)
    assert not re.search(r"第（三）项（条文待核）", text)


@pytest.mark.parametrize(
    "make",
    [
        sample_papers.record,
        sample_papers.notice,
        sample_papers.opinion,
        sample_grading.report,
        sample_grading.register,
        sample_grading.notice,
        sample_grading.cards,
        sample_grading.park,
    ],
)
def test_mode_a_papers_have_no_word_of_enforcement(make: Callable[[], Paper], fonts: FontSet) -> None:
    text = "".join(line.text for page in placed_lines(draw(make(), fonts)) for line in page)
    assert [word for word in (*ENFORCEMENT_WORDS, "复议", "诉讼") if word in text] == []


def test_a_notice_with_words_of_enforcement_is_refused_and_says_where(fonts: FontSet) -> None:
    paper = sample_papers.notice(items=2, description="责令停用2号窑。")
    assert find_wording_problems(paper) == (WordingProblem("第1项隐患描述", "责令"), WordingProblem("第2项隐患描述", "责令"))
    with pytest.raises(ForbiddenWordingError, match="第1项隐患描述含有“责令”"):
        draw(paper, fonts)


def test_an_opinion_may_quote_the_enterprise_but_not_decide_itself(fonts: FontSet) -> None:
    paper = sample_papers.opinion()
    quoting = msgspec.structs.replace(
        paper, items=(msgspec.structs.replace(paper.items[0], measures="公司决定更换切断阀。"), paper.items[1])
    )
    assert "公司决定更换切断阀" in "".join(line.text for page in placed_lines(draw(quoting, fonts)) for line in page)
    with pytest.raises(ForbiddenWordingError, match="复核意见含有“决定”"):
        draw(sample_papers.opinion(conclusion="现决定不予通过。"), fonts)


def test_a_table_over_several_pages_repeats_its_head(fonts: FontSet) -> None:
    for paper, head in (
        (sample_papers.closure_report(), "闭环率"),
        (sample_papers.ledger_head(), "隐患编号"),
        (sample_papers.notice(items=12), "整改要求"),
    ):
        pages = page_texts(draw(paper, fonts))
        with_rows = [text for text in pages if re.search(r"\n\s*(\d+)\s*\n", text) and "附：" not in text]
        assert len(with_rows) >= 2
        assert sum(head in text for text in pages) >= 2


def test_a_row_longer_than_a_page_is_parted_and_complete(fonts: FontSet) -> None:
    text = "".join(f"第{number}处积尘，" for number in range(1, 900))
    pages = placed_lines(draw(sample_papers.notice(items=1, description=text), fonts))
    left = next(line.x for page in pages for line in page if line.text.startswith("第1处"))
    column = [line for page in pages for line in page if abs(line.x - left) < 0.01 and re.fullmatch("[第处积尘，0-9]+", line.text)]
    assert "".join(line.text for line in column) == text
    assert min(line.y for line in column) > OFFICIAL_FRAME.bottom


def test_the_notice_asks_informs_and_ends_with_contact_and_seal(fonts: FontSet) -> None:
    text = "".join(line.text for page in placed_lines(draw(sample_papers.notice(), fonts)) for line in page)
    for words in (
        "醴经开安办改〔2026〕12号",
        "请于上表所列期限前完成整改",
        "逾期未改的，将移送有权部门依法处理。",
        "0731-2300 0000",
        "（盖章）",
        "2026年11月22日",
    ):
        assert words in text
    assert text.count("检查人员（签名）") == 2


def test_seal_and_date_stand_on_the_page_of_the_last_sentence(fonts: FontSet) -> None:
    for items in range(1, 8):
        page = next(page for page in page_texts(draw(sample_papers.notice(items=items), fonts)) if "（盖章）" in page)
        assert "联系人：周办" in page


def test_the_record_shows_a_refusal_to_sign_and_what_was_odd(fonts: FontSet) -> None:
    paper = msgspec.structs.replace(sample_papers.record(), signature_refusal="现场负责人拒绝签字，见证人：镇网格员孙某。")
    text = "".join(line.text for page in placed_lines(draw(paper, fonts)) for line in page)
    assert "拒绝签字情形" in text
    assert "见证人：镇网格员孙某" in text
    assert "手机时间与服务器时间相差26分钟" in text


def test_an_opinion_shows_before_and_after_beside_each_other_and_says_which_is_missing(fonts: FontSet) -> None:
    whole = sample_papers.opinion()
    items = (whole.items[0], msgspec.structs.replace(whole.items[1], photos_after=(3, 4)))
    lines = [line for page in placed_lines(draw(msgspec.structs.replace(whole, items=items), fonts)) for line in page]
    caption = {number: next(line for line in lines if f"照片{number}" in line.text) for number in (1, 2, 3, 4)}
    assert caption[1].text.startswith("照片1　第1项　整改前")
    assert caption[2].text.startswith("照片2　第1项　整改后")
    assert caption[1].y == caption[2].y
    assert caption[1].x < caption[2].x
    assert caption[2].x == caption[3].x == caption[4].x
    assert any("第2项没有整改前照片" in line.text for line in lines)


def test_a_ledger_says_that_it_shows_what_is_known_when_printed(fonts: FontSet) -> None:
    text = "".join(line.text for page in placed_lines(draw(sample_papers.ledger_head(), fonts)) for line in page)
    assert "状态截至打印时，逾期天数算到2026年11月22日" in text
    assert "24时" not in text


def test_a_record_without_findings_says_so(fonts: FontSet) -> None:
    assert "本次检查未发现问题" in "".join(page_texts(draw(sample_papers.record(findings=0), fonts)))


def test_the_closure_report_states_period_filters_formulas_and_who_printed_it_when(fonts: FontSet) -> None:
    text = "".join(line.text for page in placed_lines(draw(sample_papers.closure_report(), fonts)) for line in page)
    for words in (
        "2026年7月1日至2026年11月22日",
        "截止：2026年11月22日24时",
        "片区：陶瓷产业园（一谷一城一园）；级别：全部",
        "打印：周办，2026年11月22日14时05分",
        "分母为0时印“—”",
        "按期整改率=",
        "合计（60家）",
    ):
        assert words in text


def test_an_empty_report_and_an_empty_ledger_say_that_there_is_nothing(fonts: FontSet) -> None:
    assert "所选范围内没有隐患" in "".join(page_texts(draw(sample_papers.closure_report(enterprises=0), fonts)))
    output = io.BytesIO()
    assert draw_ledger(sample_papers.ledger_head(), iter(()), fonts, output) == 0
    assert "所选范围内没有隐患" in "".join(page_texts(output.getvalue()))
