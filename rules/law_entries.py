"""What is an entry of the rulebook, whatever it is about?

Criteria, checklist items, catalogue entries, limits, grading schemes and the rest, brought into one form: words, citation, dates, source
and whether somebody compared it with the text. `law_listing.py` makes the list, `law_lookup.py` finds an entry in it and its line in the
data.
"""

from datetime import date

import msgspec

from rules.references import LegalBasis
from rules.terms import Term

# The `line` of an entry that is a whole file.
WHOLE_FILE = ""


class LawKind(Term):
    """What kind of entry it is."""

    STANDARD = "standard", "重大隐患判定标准"
    CRITERION = "criterion", "重大隐患判定条目"
    FACT = "fact", "判定要问的事实"
    COUNTING_RULE = "counting_rule", "综合判定规则"
    CHECKLIST = "checklist", "检查表"
    CHECKLIST_ITEM = "checklist_item", "检查项"
    CATALOGUE_ENTRY = "catalogue_entry", "禁限控目录条目"
    PARK_EDITION = "park_edition", "园区目录版本"
    SUBSTANCE = "substance", "目录所用物质"
    REGULATED_PROCESS = "regulated_process", "重点监管危险化工工艺"
    AREA = "area", "区位规则"
    FLAG = "flag", "申报表是非题"
    LIMIT = "limit", "期限"
    REPORT = "report", "报告期限"
    REMINDER = "reminder", "提醒"
    VALUE_TABLE = "value_table", "分级取值表"
    SCHEME = "scheme", "分级方案"
    MATRIX = "matrix", "风险矩阵"
    DIRECT_JUDGEMENT = "direct_judgement", "直接判定"
    DYNAMIC_RULE = "dynamic_rule", "动态升级规则"
    SCORE_SHEET = "score_sheet", "评分表"
    ADJUSTMENT = "adjustment", "加减分"
    INSTALLATION_TABLE = "installation_table", "重大危险源辨识表"
    INSTALLATION_SUBSTANCE = "installation_substance", "GB 18218 表1物质"
    INSTALLATION_CATEGORY = "installation_category", "GB 18218 表2类别"
    FREQUENCY = "frequency", "监管频次"
    ACCIDENT_CLASSES = "accident_classes", "事故分类标准"
    ACCIDENT_CLASS = "accident_class", "事故类别"
    HAZARDOUS_FACTORS = "hazardous_factors", "危险和有害因素分类标准"
    HAZARDOUS_FACTOR = "hazardous_factor", "危险和有害因素"
    INDUSTRY = "industry", "监管行业归口"
    CALENDAR_YEAR = "calendar_year", "放假安排"
    WORKFLOW_BASIS = "workflow_basis", "办理流程依据"


class LawEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the data.

    `citation` as printed, empty for what rests on no clause. `verified` is None where the data does not say it for this entry alone.
    `details` are further Chinese lines by their Chinese heading. `places` are the folder or file and the line by which the entry is found,
    an empty line standing for the whole file. `is_dated`: the entry comes into force and ends by itself, so a comparison of two days lists
    it; the others share the dates of the list they belong to.
    """

    kind: LawKind
    id: str
    name: str
    text: str
    folder: str
    line: str
    citation: str = ""
    basis: tuple[LegalBasis, ...] = ()
    effective_from: date | None = None
    repealed_on: date | None = None
    verified: bool | None = None
    source: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    details: dict[str, str] = {}
    is_dated: bool = False

    def is_in_force(self, on: date) -> bool:
        """Whether the entry holds on that day: [effective_from, repealed_on); an entry without dates always does."""
        return (self.effective_from is None or self.effective_from <= on) and (self.repealed_on is None or on < self.repealed_on)
