"""The risk register as people enter and read it: from starters, in rows, source by source, from a sheet; and nobody else's business."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from server.grading.schemas import PointForm, Register
from server.grading.service import get_source, list_assessments, read_register
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.grading_hands import BLUE, ORANGE, RED, YELLOW, Grading, point, source
from tests.server.office import RULEBOOK
from tests.server.pages.lives import counting, landed

LEC = "lec:colour4_ge:"


def address(world: World, rest: str = "") -> str:
    """The register of enterprise A."""
    return f"/enterprises/{world.enterprise_id}/register{rest}"


def register_of(world: World) -> Register:
    """The register of enterprise A as it is kept."""
    with world.work_as("office", write=False) as work:
        return read_register(work, RULEBOOK, world.enterprise_id)


def errors_in(html: str) -> list[str]:
    """What a page says is wrong, at its fields."""
    return re.findall(r'<p class="err"[^>]*>([^<]+)</p>', html)


def rows(*some: dict[str, str], scheme: str = LEC, **more: str) -> dict[str, str]:
    """The form of many rows, filled in."""
    fields = {"unit": "烧成车间", "scheme": scheme, "shown_scheme": scheme, "count": str(len(some) + 1), "do": "save"}
    for place, row in enumerate(some):
        fields[f"kind-{place}"] = "facility"
        for name, text in row.items():
            kind, _, factor = name.partition("-")
            fields[f"{kind}-{place}-{factor}" if factor else f"{name}-{place}"] = text
    return fields | more


def scores(likelihood: str, exposure: str, consequence: str) -> dict[str, str]:
    """Chosen in the words of LEC."""
    return {"chosen-likelihood": likelihood, "chosen-exposure": exposure, "chosen-consequence": consequence}


def test_an_empty_register_offers_three_ways_to_begin_and_tells_its_enterprise_what_will_come(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = visible_text(Browser(app, "office").get(address(sqlite_world)).text)
        assert all(words in office for words in ("从行业参考清单复制", "表格导入", "逐条录入"))
        own = visible_text(Browser(app, "enterprise").get("/register").text)
        assert "这里会列出本企业的风险单元" in own
        assert "逐条录入" not in own
        assert "还没有登记风险分级管控清单" in Browser(app, "enterprise").get("/enterprises/mine").text


def test_an_industrys_points_are_looked_at_copied_and_confirmed_on_site(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "inspector")
        assert "符合本企业行业" in office.get(address(sqlite_world, "/starters")).text
        shown = office.get(address(sqlite_world, "/starters/ceramics")).text
        assert "全部复制（28 个）" in shown
        assert "D=" in shown
        refused = office.submit(address(sqlite_world, "/starters/ceramics"), {"do": "some"})
        assert (refused.status_code, "请勾选要复制的风险点" in refused.text) == (400, True)
        went = landed(office.submit(address(sqlite_world, "/starters/ceramics"), {"do": "some", "points": ["CERA-R01", "CERA-R02"]}))
        assert went.endswith("?points=2&sources=2")
        assert "全部复制（26 个）" in office.get(address(sqlite_world, "/starters/ceramics")).text
        page = visible_text(office.get(went).text)
        assert "还有 2 个危险源待现场确认" in page
        assert "参考，待现场确认" in page
        assert "现场确认" in errors_or_words(office.submit(address(sqlite_world, "/confirm"), {}))
        first, second = register_of(sqlite_world).sources
        assert landed(office.submit(address(sqlite_world, "/confirm"), {"source": [str(first.source.id)]})).endswith("confirmed=1")
        # A unit is confirmed as a whole only as far as the page showed it.
        units = [str(unit.unit.id) for unit in register_of(sqlite_world).units]
        assert office.submit(address(sqlite_world, "/confirm"), {"unit": units}).status_code == 400
        both = {"unit": units, "seen": [str(second.source.id)]}
        assert landed(office.submit(address(sqlite_world, "/confirm"), both)).endswith("confirmed=1")
        assert register_of(sqlite_world).grade.unconfirmed == 0
        assert register_of(sqlite_world).sources[0].source.confirmed_by_name == "王检"


def errors_or_words(answer: Any) -> str:
    """What a refused form says."""
    assert answer.status_code == 400
    return visible_text(answer.text)


def test_many_points_are_entered_in_rows_and_every_mistake_comes_back_at_its_row_with_what_was_typed(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        good = {"point": "辊道窑", "location": "2 号窑", "source": "燃气泄漏爆炸", "person": "张三"} | scores("1", "6", "40")
        half = {"point": "窑车", "source": "挤压"} | {"chosen-likelihood": "3"}
        answer = office.submit(address(sqlite_world, "/new"), rows(good, half, {"location": "不知何处"}))
        assert answer.status_code == 400
        assert errors_in(answer.text) == ["请选择“人员暴露的频繁程度”", "请选择“事故后果（经典表）”", "第 3 行：请写明危险源"]
        assert all(text in answer.text for text in ("燃气泄漏爆炸", "不知何处"))
        assert register_of(sqlite_world).points == ()
        more = office.submit(address(sqlite_world, "/new"), rows(good, do="more"))
        assert (more.status_code, 'id="point-6"' in more.text, "燃气泄漏爆炸" in more.text) == (200, True, True)
        fields = rows(
            good, {"source": "高温灼烫", "engineering": "隔热层\n联锁"} | scores("3", "6", "7"), {"point": "釉料库", "source": "粉尘"}
        )
        assert landed(office.submit(address(sqlite_world, "/new"), fields)).endswith("?points=2&sources=3")
        register = register_of(sqlite_world)
        assert [(one.point.name, len(one.sources)) for one in register.points] == [("辊道窑", 2), ("釉料库", 1)]
        assert register.grade.headline == "橙：辊道窑 D=240"
        assert [one.text for one in register.points[0].sources[1].measures] == ["隔热层", "联锁"]
        # Sent twice, as a lost answer makes people do, nothing is entered twice and the page says why.
        again = office.submit(address(sqlite_world, "/new"), fields)
        assert again.status_code == 400
        assert errors_in(again.text)[0].startswith("“燃气泄漏爆炸”——烧成车间的风险点“辊道窑”：清单里已有")
        # The point that is there gets the new source.
        landed(office.submit(address(sqlite_world, "/new"), rows({"point": "釉料库", "source": "火灾"})))
        assert [(one.point.name, len(one.sources)) for one in register_of(sqlite_world).points] == [("辊道窑", 2), ("釉料库", 2)]


def test_more_rows_than_a_form_has_are_refused_whole_and_not_cut(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        answer = office.submit(address(sqlite_world, "/new"), rows(*({"point": f"窑 {place}", "source": "灼烫"} for place in range(61))))
        assert (answer.status_code, "一次最多填 60 行，请分几次保存" in answer.text) == (400, True)
        assert register_of(sqlite_world).points == ()
        sixty = ({"point": f"窑 {place}", "source": "灼烫"} for place in range(60))
        landed(office.submit(address(sqlite_world, "/new"), rows(*sixty, count="60")))
        assert len(register_of(sqlite_world).points) == 60


def test_another_scheme_never_takes_scores_that_were_chosen_in_other_words(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        row = {"point": "窑", "source": "爆炸"} | scores("3", "6", "7")
        answer = office.submit(address(sqlite_world, "/new"), rows(row, scheme=LEC) | {"scheme": "ls:ls_classic5:ls1"})
        assert answer.status_code == 400
        assert "请按新方案的说法重新选择" in answer.text
        assert "缺保护装置" in answer.text
        assert 'value="3" selected' not in answer.text
        assert 'value="爆炸"' in answer.text
        assert register_of(sqlite_world).points == ()


def test_a_source_is_described_with_measures_of_five_kinds_then_graded_in_words(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(PointForm(unit="库", name="危化品库"))
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        new = f"/risk-points/{register_of(sqlite_world).points[0].point.id}/sources/new"
        measures = {
            "text-engineering-0": "防爆风机",
            "layer-engineering-0": "workshop",
            "owner-engineering-0": "李四",
            "owner-training-0": "王五",
        }
        fields = {"name": "溶剂蒸气爆炸", "accidents": ["可燃液体蒸气爆炸"], "more_items": "fire-004、NO-1", "person": "张三"} | measures
        refused = office.submit(new, fields)
        assert errors_in(refused.text) == ["培训教育措施：写了层级或责任人，请写明措施"]
        assert 'value="防爆风机"' in refused.text
        fields |= {"text-training-0": "岗前培训"}
        assert errors_in(office.submit(new, fields).text) == ["检查表里没有“NO-1”这一项"]
        more = office.submit(new, fields | {"do": "more"})
        assert (more.status_code, 'id="text-engineering-1"' in more.text) == (200, True)
        assess = landed(office.submit(new, fields | {"more_items": "fire-004"}))
        address = assess.split("?")[0]
        assert errors_in(office.submit(new, fields | {"more_items": ""}).text) == ["清单里已有这个危险源，改动请在页面上做"]
        page = office.get(assess).text
        assert "危险源已登记，接着评价" in page
        assert "每天工作时间内暴露" in page
        tried = office.submit(f"{address}/try", {"scheme": LEC} | scores("1", "6", "40"))
        assert "D = L × E × C = 1 × 6 × 40 = 240" in tried.text
        assert "还没有保存" in tried.text
        assert register_of(sqlite_world).sources[0].colour is None
        assert errors_in(office.submit(address, {"scheme": LEC, "chosen-likelihood": "1"}).text) == [
            "请选择“人员暴露的频繁程度”",
            "请选择“事故后果（经典表）”",
        ]
        told = visible_text(office.get(landed(office.submit(address, {"scheme": LEC} | scores("1", "6", "40")))).text)
        assert "缺少管理措施、个体防护措施、应急处置措施" in told
        assert "李四" in told
        assert "FIRE-004" in told
        assert "评价危险源" in told
        assert register_of(sqlite_world).grade.headline == "橙：危化品库 D=240"


def test_a_grade_falls_only_with_measures_verified_by_one_and_approved_by_another(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", RED))
    one = f"/risk-sources/{grading.source_id('窑危险源1')}"
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        lower = {"scheme": LEC} | scores("0.5", "6", "40")
        tried = office.submit(f"{one}/assess/try", lower)
        assert "等级降低，保存前还要" in tried.text
        assert "新增措施尚未验证" in tried.text
        refused = office.submit(f"{one}/assess", lower)
        assert (refused.status_code, len(errors_in(refused.text))) == (400, 2)
        same = {"verified_on": "2026-11-19", "verified_by": "王检", "approved_by": "王检", "reason": "加装联锁"}
        assert errors_in(office.submit(f"{one}/assess", lower | same).text) == ["降级的验证人和批准人不能是同一个人"]
        wrong_day = office.submit(f"{one}/assess", lower | same | {"verified_on": "昨天"})
        assert errors_in(wrong_day.text) == ["验证日期要写成年-月-日，例如 2026-11-20"]
        landed(office.submit(f"{one}/assess", lower | same | {"approved_by": "周办"}))
        history = visible_text(office.get(one).text)
        assert "措施经 王检 于 2026年11月19日验证，周办 批准" in history
        assert "历次评价 2 次" in history
        # A direct judgement makes it red again at once; one that counts people and has too few does not.
        few = lower | {"direct": "general_4", "persons-general_4": "9"} | same | {"approved_by": "周办"}
        assert "不足 10 人，不适用" in office.submit(f"{one}/assess/try", few).text
        landed(office.submit(f"{one}/assess", lower | {"direct": "general_3"}))
        assert register_of(sqlite_world).grade.colour == "red"


def test_the_words_of_another_scheme_are_asked_when_it_is_chosen(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(PointForm(unit="库", name="库", sources=(source("火灾", None),)))
    one = f"/risk-sources/{grading.source_id('火灾')}/assess"
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        schemes = office.get(f"{one}/scheme").text
        assert schemes.count("用这个") == len(re.findall(r"assess\?scheme=", schemes)) == 13
        assert "条文待核" in schemes
        assert "死亡3人以上" in office.get(f"{one}?scheme=matrix:ajzgs2012_103:").text
        landed(office.submit(one, {"scheme": "matrix:ajzgs2012_103:", "chosen-severity": "5", "chosen-likelihood": "1"}))
        assert register_of(sqlite_world).sources[0].source.method == "matrix"
        assert "事故发生的可能性" in office.get(f"{one}?scheme=nonsense").text, "an unknown scheme falls back to the default"


def test_every_number_of_a_register_opens_the_list_it_counts(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    lacking = source("无人负责", YELLOW, measures=(), person="", is_confirmed=False)
    grading.add(
        point("窑", RED, BLUE), point("车", BLUE, unit="包装车间"), PointForm(unit="库", name="库房", location="东侧", sources=(lacking,))
    )
    with running(sqlite_world) as app:
        enterprise = Browser(app, "enterprise")
        page = enterprise.get("/register").text
        counted = dict(re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*?<(?:b|span) class="num[^"]*">(\d+)</', page, re.DOTALL))
        counted = {html.replace("&amp;", "&"): int(number) for html, number in counted.items()}
        assert {
            "/register?colour=1": 1,
            "/register?colour=2": 0,
            "/register?colour=3": 1,
            "/register?colour=4": 1,
        }.items() <= counted.items()
        assert {
            "/register?only=unconfirmed": 1,
            "/register?only=gaps": 1,
            "/register?only=unassessed": 0,
            "/register": 4,
        }.items() <= counted.items()
        for link, number in counted.items():
            shown = enterprise.get(link).text
            kind = "/risk-points/" if "colour" in link else "/risk-sources/"
            assert len(set(re.findall(rf'href="({kind}[^"]+)"', shown))) == number, link
        for narrowed in ("/register?only=gaps", "/register?colour=4", "/register?q=窑"):
            chips = re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*?<(?:b|span) class="num[^"]*">(\d+)</', enterprise.get(narrowed).text)
            assert {html: int(number) for html, number in chips}.items() <= counted.items(), (
                "numbers lead to the same lists from every list"
            )
        assert enterprise.get("/register?points=1").status_code == 200
        assert "无人负责" in enterprise.get("/register?q=东侧").text
        assert "无人负责" not in enterprise.get("/register?q=窑").text
        assert "没有符合条件的风险点" in enterprise.get("/register?q=没有这个").text
        assert "缺少工程技术措施" in enterprise.get("/register?only=gaps").text
        printed = enterprise.get("/register?measures=yes").text
        assert "工程技术措施一条" in printed
        assert "工程技术措施一条" not in page


def test_a_register_takes_the_same_queries_whatever_its_size_and_so_does_the_parks_list(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    taken: dict[str, set[int]] = {"register": set(), "list": set()}
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        for size in (1, 12):
            grading.add(*(point(f"点{size}-{n}", YELLOW, BLUE) for n in range(size)))
            for name, link in (("register", address(sqlite_world)), ("list", "/register")):
                with counting(app) as statements:
                    assert office.get(link).status_code == 200
                taken[name].add(len(statements))
    assert all(len(one) == 1 for one in taken.values()), taken


def test_the_parks_list_is_narrowed_and_its_counts_add_up(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", RED, BLUE), PointForm(unit="库", name="库", sources=(source("未评", None),)))
    grading.add(point("炉", YELLOW), enterprise=sqlite_world.other_enterprise_id)
    with running(sqlite_world) as app:
        auditor = Browser(app, "auditor")
        page = auditor.get("/register").text
        assert "共 4 条" in page
        numbers = [int(one) for one in re.findall(r'<b class="num">(\d+)</b></a>', page)]
        assert numbers == [4, 1, 0, 1, 1, 1]
        for colour, count in ((1, 1), (3, 1), (4, 1), (0, 1)):
            assert f"共 {count} 条" in auditor.get(f"/register?colour={colour}").text
        assert "共 3 条" in auditor.get(f"/register?enterprise={sqlite_world.enterprise_id}").text
        assert "共 1 条" in auditor.get("/register?q=炉").text
        assert "没有符合条件" in auditor.get("/register?confirmed=no").text


def test_what_is_wrong_is_changed_renamed_or_retired_and_nothing_is_lost(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", RED), point("车", BLUE, unit="包装车间"))
    first = register_of(sqlite_world).points[0]
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        edit = f"/risk-points/{first.point.id}/edit"
        values = {"name": "1 号辊道窑", "unit": "烧成车间", "kind": "place", "location": "北", "version": "1"}
        assert errors_in(office.submit(edit, values | {"name": ""}).text) == ["请填写名称"]
        landed(office.submit(edit, values))
        assert office.submit(edit, values | {"location": "南"}).status_code == 400
        assert register_of(sqlite_world).points[0].point.location == "北", "a stale form changes nothing"
        rename = address(sqlite_world, f"/units/{first.unit.id}")
        assert errors_in(office.submit(rename, {"name": "包装车间"}).text) == ["已有风险单元“包装车间”；要并过去，请逐个修改风险点的单元"]
        landed(office.submit(rename, {"name": "窑炉车间"}))
        assert register_of(sqlite_world).units[0].unit.name == "窑炉车间"
        assert "风险单元改名" in office.get("/events").text
        foreign = f"/enterprises/{sqlite_world.other_enterprise_id}/register/units/{first.unit.id}"
        assert office.get(foreign).status_code == 404
        assert office.submit(foreign, {"name": "乙"}).status_code == 404
        assert register_of(sqlite_world).units[0].unit.name == "窑炉车间", "the unit of another enterprise's address is left alone"
        source_address = f"/risk-sources/{first.sources[0].source.id}"
        assert errors_in(office.submit(f"{source_address}/retire", {}).text) == ["请写明停用原因，如设备拆除、工序取消"]
        assert landed(office.submit(f"{source_address}/retire", {"reason": "录入有误"})).startswith(f"/risk-points/{first.point.id}")
        assert "2026年11月20日停用：录入有误" in office.get(source_address).text
        assert office.get(f"{source_address}/assess").status_code == 409
        landed(office.submit(f"/risk-points/{first.point.id}/retire", {"reason": "窑已拆除"}))
        assert "窑已拆除" in Browser(app, "enterprise").get(f"/risk-points/{first.point.id}").text
        assert register_of(sqlite_world).grade.colour == "blue"


def test_a_change_asks_for_a_review_and_a_review_waits_for_the_site(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(PointForm(unit="窑", name="窑", sources=(source("爆炸", YELLOW, is_confirmed=False),)))
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        assert "请写明变更内容" in errors_in(office.submit(address(sqlite_world, "/change"), {}).text)[0]
        landed(office.submit(address(sqlite_world, "/change"), {"change": "窑炉改烧天然气"}))
        refused = office.submit(address(sqlite_world, "/review"), {"review": "全员参加"})
        assert (refused.status_code, "还有 1 个危险源待现场确认" in refused.text, "全员参加" in refused.text) == (400, True, True)
        landed(office.submit(f"/risk-sources/{grading.source_id('爆炸')}/confirm", {}))
        assert "需要重新评价" in office.get(address(sqlite_world)).text
        landed(office.submit(address(sqlite_world, "/review"), {"review": "全员参加"}))
        assert "登记、评价、管控都齐全" in office.get(address(sqlite_world)).text


def test_an_exported_register_comes_back_through_the_import_row_by_row(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", ORANGE, BLUE))
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        assert load_workbook(io.BytesIO(office.get(address(sqlite_world, "/import/template")).content)).sheetnames[0] == "风险分级管控清单"
        data = Browser(app, "enterprise").get(f"/enterprises/{sqlite_world.enterprise_id}/register.xlsx").content
        book = load_workbook(io.BytesIO(data))
        sheet = book.worksheets[0]
        columns = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(2, columns["危险源"], "=HYPERLINK(1)").data_type = "s"
        sheet.cell(3, columns["危险源"], "新的危险源")
        sheet.cell(3, columns["暴露频次"], "5")
        sheet.append([sheet.cell(2, column).value for column in range(1, sheet.max_column + 1)])
        sheet.cell(4, columns["危险源"], "窑危险源1")
        preview = upload(office, address(sqlite_world, "/import"), saved(book))
        words = visible_text(preview.text)
        assert "1 行可以导入，2 行有问题" in words
        assert "只登记没有问题的 1 行" in words
        assert "清单里已有这个危险源" in words
        assert len(register_of(sqlite_world).sources) == 2, "looking changes nothing"
        packed = re.search(r'name="rows" value="([^"]+)"', preview.text)
        assert packed is not None
        report = office.submit(address(sqlite_world, "/import/errors"), {"rows": packed[1]})
        corrected = load_workbook(io.BytesIO(report.content))
        page = corrected.worksheets[0]
        assert [page.cell(line, 1).value for line in (2, 3)] == [3, 4], "one line for each row, whatever is wrong with it"
        landed(office.submit(address(sqlite_world, "/import/confirm"), {"rows": packed[1]}))
        register = register_of(sqlite_world)
        assert [(one.point.name, len(one.sources)) for one in register.points] == [("窑", 3)], "the sheet adds to the point that is there"
        assert "=HYPERLINK(1)" in [one.source.name for one in register.sources]
        # What was refused is corrected in the report itself and handed in.
        where = {cell.value: cell.column for cell in page[1]}
        page.cell(2, where["暴露频次"], "6")
        page.delete_rows(3)
        again = upload(office, address(sqlite_world, "/import"), saved(corrected))
        assert "1 行可以导入" in visible_text(again.text)
        assert upload(office, address(sqlite_world, "/import"), b"no sheet").status_code == 400
        assert "请选择填好的表格" in office.submit(address(sqlite_world, "/import"), {}).text


def saved(book: Any) -> bytes:
    """A workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(browser: Browser, to: str, data: bytes) -> Any:
    """Hand a sheet in."""
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return browser.submit(to, {}, files={"sheet": ("清单.xlsx", data, xlsx)})


@pytest.mark.parametrize("who", ["enterprise", "leader", "auditor"])
def test_who_does_not_keep_registers_reads_them_and_is_offered_nothing_to_write(sqlite_world: World, who: str) -> None:
    grading = Grading(sqlite_world)
    grading.add(PointForm(unit="窑", name="窑", sources=(source("爆炸", ORANGE, is_confirmed=False),)))
    one = grading.source_id("爆炸")
    with running(sqlite_world) as app:
        reader = Browser(app, who)
        for link in (address(sqlite_world), f"/risk-sources/{one}", f"/risk-points/{point_of(sqlite_world, one)}"):
            page = reader.get(link)
            assert page.status_code == 200
            assert not re.search(r'(?:action|href)="[^"]*/(?:new|edit|assess|retire|confirm|import|starters)"', page.text), link
        for link in ("/new", "/confirm", "/import", "/starters", "/review"):
            assert reader.get(address(sqlite_world, link)).status_code == 403
        assert reader.submit(f"/risk-sources/{one}/assess", {"scheme": LEC} | scores("3", "6", "40")).status_code == 403
    with sqlite_world.work_as("office", write=False) as work:
        assert len(list_assessments(work, one)) == 1


def point_of(world: World, source_id: UUID) -> UUID:
    """The point of a source."""
    with world.work_as("office", write=False) as work:
        return get_source(work, source_id).point_id


def test_another_enterprise_finds_no_register_but_its_own(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("甲厂的窑", RED))
    with running(sqlite_world) as app:
        outsider = Browser(app, "outsider")
        own = outsider.get("/register")
        assert (own.status_code, "甲厂的窑" in own.text) == (200, False)
        one = grading.source_id("甲厂的窑危险源1")
        links = [address(sqlite_world), f"/risk-sources/{one}", f"/risk-points/{point_of(sqlite_world, one)}"]
        assert [outsider.get(link).status_code for link in links] == [404, 404, 404]


def test_a_source_found_by_its_event_leads_back_to_its_page(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", BLUE))
    one = grading.source_id("窑危险源1")
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        landed(office.submit(f"/risk-sources/{one}/assess", {"scheme": LEC} | scores("3", "6", "40")))
        assert f'href="/risk-sources/{one}"' in office.get("/events").text
