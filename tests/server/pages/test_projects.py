"""A screener types a notice, screens it, answers what is asked and confirms what counts as *no*: everything through the pages."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar

from rules.industries import MOST_FOUND, NOT_LISTED
from rules.stated import LABELS
from tests.cast import World
from tests.doors import Browser, running, visible_text

NOTICE = {
    "name": "年产300万平方米陶瓷外墙砖扩建（虚构）",
    "applicant_name": "湘瓷（虚构）",
    "source_title": "环评公示（虚构）",
    "source_day": "2026-11-02",
    "build_type": "扩建",
    "industry_codes": "3071",
    "products-0-name": "陶瓷外墙砖",
    "processes": "球磨、成型、烧成",
    "equipment-0-name": "辊道窑",
    "fuels": "天然气",
    "materials-0-name": "高岭土",
    "in_park": "yes",
}


@pytest.fixture
def app(sqlite_world: World) -> Iterator[Litestar]:
    with running(sqlite_world) as app:
        yield app


def begun(browser: Browser, name: str = NOTICE["name"]) -> str:
    """The address of a project just registered."""
    answer = browser.submit("/projects/new", {"name": name})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removesuffix("/form")


def screened(browser: Browser, notice: dict[str, Any] = NOTICE) -> str:
    """The address of a project described and screened."""
    address = begun(browser, notice["name"])
    answer = browser.submit(f"{address}/form", {**notice, "do": "submit"})
    assert answer.status_code == 303, visible_text(answer.text)
    return address


def read(browser: Browser, address: str) -> str:
    """A page as a person reads it."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return visible_text(answer.text)


def test_a_notice_becomes_a_ruling_that_says_what_is_missing_and_changes_when_it_is_answered(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener)
    page = screener.get(address).text
    words = visible_text(page)
    assert "结论 人工研判" in words
    assert "条文待核" in words
    assert "外墙砖</mark>" in page
    assert "没有回答，答清之前不会放行" in words
    assert 'name="answer:products[0].capacity"' in page
    answers = {"capacity": "300", "unit": "万平方米/年", "scope": "全厂", "lines": "2"}
    answer = screener.submit(f"{address}/answers", {f"answer:products[0].{key}": value for key, value in answers.items()})
    assert answer.headers["location"].startswith(f"{address}?done=answered")
    words = read(screener, address)
    assert "按目录字面：不予准入" in words
    assert "但还没有核对原文，不能单独否决" in words
    assert "3000000平方米/年；2 条线均分 = 1500000" in words
    assert "产品第 1 行“陶瓷外墙砖” 产能 （未填） → 300" in words
    assert "第 2 次" in words
    assert "这是第 1 次筛查当时的答复" in read(screener, f"{address}/screenings/1")
    assert "项目准入" in read(Browser(app, "leader"), address)


def test_what_counts_as_no_is_listed_and_confirmed_with_one_click(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener)
    flags = re.findall(r'name="flags" value="([^"]+)"', screener.get(address).text)
    assert len(flags) > 2
    assert screener.submit(f"{address}/assumptions", {"flags": flags}).status_code == 303
    words = read(screener, address)
    assert f"已确认 {len(flags)} 项" in words
    assert "孙筛 11-20 09:00" in words
    assert screener.submit(f"{address}/assumptions", {"flags": ["没有这一题"]}).status_code == 400


WRONG = (
    ("investment_wan", "很多", "investment_wan"),
    ("industry_codes", "9999", "不在 GB/T 4754 的大类"),
    ("industry_codes", "日用陶瓷", "industry_codes"),
    ("products-0-capacity", "大约", "products[0].capacity"),
    ("materials-0-cas", "7782-50-6", "校验位不符"),
    ("materials-0-cas", "有", "不是 CAS 号"),
    ("materials-0-concentration", "高", "里没有数字"),
    ("materials-0-state", "黏糊状", "请选："),
    ("materials-0-role", "备用", "请选产品"),
    ("materials-0-max_storage_t", "3 车", "换算不成"),
    ("products-0-scope", "随便", "口径"),
    ("dist_lujiang_m", "很近", "dist_lujiang_m"),
    ("max_staff_per_building", "一群", "max_staff_per_building"),
    ("applicant_code", "123", "统一社会信用代码"),
    ("latitude", "北", "纬度请填十进制度数"),
    ("source_day", "上月", "公示日期应是日期"),
    ("received_on", "2026-12-24", "收件日期不能晚于今天"),
)


def test_a_fact_that_cannot_be_read_comes_back_at_its_field_and_the_draft_stays(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = begun(screener)
    for field, typed, said in WRONG:
        answer = screener.submit(f"{address}/form", {**NOTICE, field: typed, "do": "submit"})
        assert answer.status_code == 400, (field, typed)
        assert said in answer.text, (field, typed)
        assert f'href="#{field}"' in answer.text, (field, typed)
        # A value no list offers is shown nevertheless, so that what was typed is seen.
        again = screener.get(f"{address}/form").text
        assert typed in again, (field, typed)
        assert "已存（孙筛）" in again
    assert "还没有筛查" in read(screener, address)


def test_what_no_entry_reads_is_kept_shown_and_printed_in_its_own_words_and_decides_nothing(app: Litestar) -> None:
    screener = Browser(app, "screener")
    plain = read(screener, screened(screener))
    said = {"headcount": "80 人，三班", "fire_class": "丁类", "dust_kind": "釉料粉尘", "eia_number": "醴环评〔2026〕0 号（虚构）"}
    address = screened(screener, NOTICE | {"name": "另一条线（虚构）"} | {f"stated-{key}": text for key, text in said.items()})
    page = read(screener, address)
    assert "其他申报内容" in page
    assert all(f"{LABELS[key]}：{text}" in page for key, text in said.items())
    shown = screener.get(f"{address}/form").text
    assert all(f'value="{text}"' in shown for text in said.values())
    outcome = re.compile("结论 (\\S+)")
    assert outcome.findall(page) == outcome.findall(plain) != []
    answer = screener.submit(f"{address}/form", NOTICE | {"stated-headcount": "八" * 301, "do": "submit"})
    assert answer.status_code == 400
    assert 'id="stated-headcount-error"' in answer.text
    assert "应为不超过 300 字的文字" in visible_text(answer.text)
    assert "八" * 301 in answer.text


def test_rows_are_added_and_names_looked_up_without_a_script_and_nothing_typed_is_lost(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = begun(screener)
    found = screener.submit(f"{address}/form", {**NOTICE, "industry_codes": "水泥", "do": "find:industry"}).text
    assert 'value="use:industry:3011"' in found
    taken = screener.submit(f"{address}/form", {**NOTICE, "industry_codes": "水泥", "do": "use:industry:3011"}).text
    assert 'name="industry_codes" type="text" value="3011"' in taken
    assert "3011 水泥制造" in taken
    many = screener.submit(f"{address}/form", {**NOTICE, "industry_codes": "制品", "do": "find:industry"}).text
    assert len(re.findall(r'value="use:industry:\d{4}"', many)) == MOST_FOUND
    assert re.search(r"还有 \d+ 个，请写得更具体", many)
    assert (
        "没有名称含“量子茶壶”的行业"
        in screener.submit(f"{address}/form", {**NOTICE, "industry_codes": "量子茶壶", "do": "find:industry"}).text
    )
    found = screener.submit(f"{address}/form", {**NOTICE, "materials-4-name": "液氨", "do": "find:cas:1"}).text
    assert 'value="use:cas:1:7664-41-7"' in found
    assert 'value="陶瓷外墙砖"' in found
    taken = screener.submit(f"{address}/form", {**NOTICE, "materials-1-name": "液氨", "do": "use:cas:1:7664-41-7"}).text
    assert 'name="materials-1-cas" value="7664-41-7"' in taken
    grown = screener.submit(f"{address}/form", {**NOTICE, "do": "row:products"}).text
    assert 'name="products-4-name"' in grown


@pytest.mark.parametrize("there", ["3071 3072", "3071,3072", "C3071；3072"])
def test_codes_already_there_stay_when_another_is_looked_up_and_taken(app: Litestar, there: str) -> None:
    screener = Browser(app, "screener")
    address = begun(screener)
    found = screener.submit(f"{address}/form", {"name": NOTICE["name"], "industry_codes": f"{there} 日用陶瓷", "do": "find:industry"})
    assert 'value="use:industry:3074"' in found.text
    taken = screener.submit(f"{address}/form", {"name": NOTICE["name"], "industry_codes": f"{there} 日用陶瓷", "do": "use:industry:3074"})
    codes = re.search(r'<input[^>]*name="industry_codes"[^>]*value="([^"]*)"', taken.text)
    assert codes is not None
    assert [one.lstrip("C") for one in codes[1].split("、")] == ["3071", "3072", "3074"]
    lettered = screener.submit(f"{address}/form", {"name": NOTICE["name"], "industry_codes": "C3074", "do": "find:industry"})
    assert 'value="use:industry:3074"' in lettered.text


def test_an_industry_code_that_is_not_in_the_standard_is_taken_and_marked_wherever_it_stands(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = begun(screener)
    assert screener.submit(f"{address}/form", {**NOTICE, "industry_codes": "3042、2668、3078", "do": "submit"}).status_code == 303
    for page in (address, f"{address}/form"):
        words = read(screener, page)
        assert "3042 特种玻璃制造" in words
        for code in ("2668", "3078"):
            assert f"{code}（{NOT_LISTED}）" in words


def test_a_page_keeps_its_own_draft_and_the_home_page_leads_back_to_it(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener)
    answer = screener.submit(f"{address}/draft", {**NOTICE, "products-0-name": "仿古砖"})
    assert answer.json() == {"saved": "草稿 09:00 已存"}
    assert "仿古砖" in screener.get(f"{address}/form").text
    home = read(screener, "/")
    assert "1 份草稿没有提交" in home
    assert NOTICE["name"] in home
    # While a draft is open nothing is answered beside it: either would undo the other.
    refused = screener.submit(f"{address}/answers", {"answer:products[0].capacity": "300"})
    assert refused.status_code == 400
    assert "没有提交的草稿" in refused.text
    screener.submit(f"{address}/drop-draft", {})
    assert "陶瓷外墙砖" in screener.get(f"{address}/form").text


def test_what_a_question_added_to_a_row_survives_the_page_that_does_not_show_it(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener, NOTICE | {"materials-0-name": "稀释剂", "materials-0-components": ""})
    part = {"answer:materials[0].components": "甲苯 108-88-3 30%\n丙酮 67-64-1 20%"}
    assert screener.submit(f"{address}/answers", part).status_code == 303
    form = screener.get(f"{address}/form").text
    assert "甲苯 108-88-3 30%" in form
    fields = dict(re.findall(r'name="([a-z_0-9-]+)"[^>]* value="([^"]*)"', form))
    assert fields["materials-0-base"] == "0"
    words = read(screener, address)
    assert "甲苯" in words
    assert "CTL-CHEM-5" in words or "易制毒" in words


def test_an_answer_never_lands_on_a_row_that_moved_meanwhile(app: Litestar) -> None:
    screener, office = Browser(app, "screener"), Browser(app, "office")
    two = NOTICE | {"products-0-name": "陶瓷砖", "products-1-name": "陶瓷墙地砖"}
    address = screened(screener, two)
    page = screener.get(address).text
    version = re.findall(r'name="version" value="(\d+)"', page.split(f'action="{address}/answers"')[1])[0]
    one = {**NOTICE, "products-0-name": "陶瓷墙地砖", "do": "submit"}
    assert office.submit(f"{address}/form", one).status_code == 303
    typed = {"answer:products[0].capacity": "300", "answer:products[0].unit": "万平方米/年", "version": version}
    refused = screener.submit(f"{address}/answers", typed)
    assert refused.status_code == 400
    assert "刚刚被别人办理过" in refused.text
    assert 'value="300"' not in screener.get(f"{address}/form").text


def test_an_applicants_link_is_never_written_to_the_log(app: Litestar, capfd: pytest.CaptureFixture[str]) -> None:
    screener = Browser(app, "screener")
    made = screener.submit(f"{screened(screener)}/invitations", {"sent_to": "湘瓷（虚构）", "days": "3"})
    link = re.findall(r"http://testserver.local(/apply/[\w-]+)", made.text)[0]
    assert Browser(app).get(link).status_code == 200
    written = "".join(capfd.readouterr())
    assert "/apply/-" in written
    assert link.removeprefix("/apply/") not in written


def test_what_an_applicant_types_or_sends_that_no_form_would_never_ends_in_an_error_of_ours(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener)
    made = screener.submit(f"{address}/invitations", {"sent_to": "湘瓷（虚构）", "days": "3"})
    link = re.findall(r"http://testserver.local(/apply/[\w-]+)", made.text)[0]
    applicant = Browser(app)
    digits = {"name": "9" * 50_000, "products-0-name": "9" * 50_000, "products-0-base": "9" * 5_000, "materials-0-components": "9" * 50_000}
    for do in ("row:products", "submit"):
        assert applicant.submit(link, {**NOTICE, **digits, "do": do}, page=link).status_code in {200, 400}
        assert applicant.get(link).status_code == 200
    newer = bytearray(_zipped())
    newer[newer.index(b"PK\x01\x02") + 6] = 99
    for name, body in (("a.docx", bytes(newer)), ("b.docx", _zipped()[:-30])):
        refused = applicant.submit(f"{link}/files", {}, page=link, files=[("files", (name, body, "application/zip"))])
        assert refused.status_code == 400, name
    twice = [("files", ("甲.pdf", b"%PDF-1.4 same", "application/pdf")), ("files", ("乙.pdf", b"%PDF-1.4 same", "application/pdf"))]
    assert screener.submit(f"{address}/files", {}, files=twice).status_code == 303
    assert len(set(re.findall(rf'href="({address}/files/[^"]+)"', screener.get(address).text))) == 1


def _zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    return held.getvalue()


def test_the_counts_of_the_list_are_the_lists_they_link_to(app: Litestar) -> None:
    screener = Browser(app, "screener")
    screened(screener)
    begun(screener, "电瓷线索（虚构）")
    for narrowed, whole in (
        ("/projects", "2"),
        ("/projects?q=电瓷", "1"),
        ("/projects?outcome=review", "1"),
        ("/projects?waiting=yes", "1"),
    ):
        tabs = re.findall(r'<a href="(/projects[^"]*)"[^>]*>([^<]+) <span class="num">(\d+)</span>', screener.get(narrowed).text)
        assert ("全部", whole) in {(words, count) for _, words, count in tabs}, narrowed
        for link, _, count in tabs:
            listed = screener.get(link.replace("&amp;", "&")).text
            assert f"共 {count} 条" in listed if count != "0" else "项目" in listed and "共 " not in listed, link
    assert "共 1 条" in screener.get("/projects?outcome=review&q=外墙砖").text
    assert "没有符合条件的项目" in screener.get("/projects?entry=NO-SUCH").text


def test_a_withdrawn_project_is_read_and_not_changed(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener)
    assert screener.submit(f"{address}/withdraw", {"reason": ""}).status_code == 400
    assert screener.submit(f"{address}/withdraw", {"reason": "企业放弃"}).status_code == 303
    assert screener.submit(f"{address}/form", {**NOTICE, "fuels": "电", "do": "submit"}).status_code == 400
    assert "已撤回" in read(screener, address)


def test_files_are_kept_as_evidence_and_given_back_as_downloads_only(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener)
    pdf = b"%PDF-1.7\nnotice"
    sent = screener.submit(f"{address}/files", {"note": "公示"}, files=[("files", ("../环评 公示.pdf", pdf, "text/html"))])
    assert sent.status_code == 303
    page = screener.get(address).text
    assert "环评 公示.pdf" in page
    link = re.findall(rf'href="({address}/files/[^"]+)"', page)[0]
    given = screener.get(link)
    assert given.content == pdf
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"].startswith("attachment;")
    for name, body in (("a.html", b"<script>1</script>"), ("a.pdf", b""), ("b.svg", b"<svg/>"), ("c.docx", b"PK\x03\x04no zip")):
        refused = screener.submit(f"{address}/files", {}, files=[("files", (name, body, "application/pdf"))])
        assert refused.status_code == 400, name
        assert "不是能收的文件" in refused.text
    assert Browser(app, "enterprise").get(link).status_code == 403
    assert Browser(app, "foreign_office").get(link).status_code == 404


def test_an_applicant_describes_its_project_by_link_sees_no_ruling_and_the_park_compares_and_accepts(app: Litestar) -> None:
    screener = Browser(app, "screener")
    address = screened(screener)
    made = screener.submit(f"{address}/invitations", {"sent_to": "湘瓷 李经理（虚构）", "days": "14"})
    link = re.findall(r"http://testserver.local(/apply/[\w-]+)", made.text)[0]
    assert link not in screener.get(address).text
    applicant = Browser(app)
    page = applicant.get(link).text
    assert "人工研判" not in page
    assert "孙筛" not in page
    stated = {"name": NOTICE["name"], "build_type": "扩建", "industry_codes": "3071", "products-0-name": "陶瓷外墙砖", "in_park": "yes"}
    assert applicant.submit(link, {**stated, "do": "row:products"}, page=link).status_code == 200
    wrong = applicant.submit(link, {**stated, "materials-0-name": "氯气", "materials-0-cas": "1-2-3", "do": "submit"}, page=link)
    assert wrong.status_code == 400
    assert 'href="#materials-0-cas"' in wrong.text
    assert "请写明填报人姓名" in wrong.text
    sent = applicant.submit(f"{link}/files", {}, page=link, files=[("files", ("MSDS.pdf", b"%PDF-1.4", "application/pdf"))])
    assert sent.status_code == 303
    full = {**stated, "products-0-capacity": "300", "products-0-unit": "万平方米/年", "submitted_by": "李经理", "do": "submit"}
    assert applicant.submit(link, full, page=link).status_code == 303
    assert "已提交：李经理" in applicant.get(link).text
    assert applicant.submit(link, full, page=link).status_code == 400
    submission = re.findall(rf'href="({address}/invitations/[^"]+)"', screener.get(address).text)[0]
    compared = read(screener, submission)
    assert "产能 （未填） 300" in compared
    assert screener.submit(f"{submission}/accept", {}).status_code == 303
    words = read(screener, address)
    assert "已核收" in words
    assert "MSDS.pdf" in words
    assert "第 2 次" in words


def test_a_link_that_is_revoked_expired_or_guessed_opens_nothing_and_guessing_becomes_slow(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        address = screened(screener)
        links = []
        for _ in range(2):
            made = screener.submit(f"{address}/invitations", {"sent_to": "湘瓷（虚构）", "days": "3"})
            links += re.findall(r"http://testserver.local(/apply/[\w-]+)", made.text)
        assert screener.submit(f"{address}/invitations", {"sent_to": "", "days": "900"}).status_code == 400
        submission = re.findall(rf'href="({address}/invitations/[^"]+)"', screener.get(address).text)[0]
        applicant = Browser(app)
        assert [applicant.get(link).status_code for link in links] == [200, 200]
        assert screener.submit(f"{submission}/revoke", {}).status_code == 303
        assert sorted(applicant.get(link).status_code for link in links) == [200, 404]
        sqlite_world.clock.advance(days=4)
        assert [applicant.get(link).status_code for link in links] == [404, 404]
        answers = [applicant.get(f"/apply/{'x' * 43}").status_code for _ in range(sqlite_world.settings.login_attempts)]
        assert answers[-1] == 429
        file = [("files", ("a.pdf", b"%PDF-1.4", "application/pdf"))]
        assert applicant.submit("/apply/nothing/files", {}, files=file).status_code in {404, 429}
