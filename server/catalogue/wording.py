"""How is an entry of the catalogue said in plain words: when it is met, what it leaves out, what follows, and what it is worth?"""

from collections.abc import Iterable

from rules.requests import plain
from rules.restriction_data import Entry, ExemptionResult, Limit, Sign, load_shared_terms
from rules.restriction_terms import DateStatus, Layer
from server.catalogue.schemas import ConfirmationNote, EntryState

_SIGNS = {Sign.BELOW: "小于", Sign.AT_MOST: "不大于", Sign.ABOVE: "大于", Sign.AT_LEAST: "不小于"}
_RESULTS = {
    ExemptionResult.EXEMPT: "不适用本条",
    ExemptionResult.REVIEW: "转人工研判，须有证明",
    ExemptionResult.NOTICE: "只提示",
}


def state_of(entry: Entry, confirmation: ConfirmationNote | None) -> EntryState:
    """What an entry is worth in this park."""
    if entry.layer is Layer.PARK:
        return EntryState.ADOPTED
    if entry.layer is Layer.PARK_PROPOSAL:
        return EntryState.PROPOSED
    if confirmation is not None:
        return EntryState.CONFIRMED
    return EntryState.LISTED if entry.verified else EntryState.UNVERIFIED


def conditions_in_words(entry: Entry) -> tuple[tuple[str, str], ...]:
    """What a project must have for the entry to be met, and what keeps it out: a label and a text each."""
    match = entry.match
    flags = {one.name: one for one in load_shared_terms().flags}
    flag = flags.get(match.flag)
    said = [
        ("行业（GB/T 4754）", "、".join(f"{one} 开头" if len(one) < 4 else one for one in match.industries)),
        ("行业除外", "、".join(match.except_industries)),
        ("只转人工的行业", "、".join(match.review_industries)),
        ("建设性质", "、".join(one.label for one in match.build_types)),
        ("区位", "、".join(one.label for one in match.areas)),
        ("区位除外", "、".join(one.label for one in match.except_areas)),
        ("产品或项目名称含" if match.role is None else f"名称含（只看{match.role.label}）", _words(match.products)),
        ("名称含这些的不算", _words(match.except_products)),
        ("工艺含", _words(match.processes)),
        ("工艺含这些的不算", _words(match.except_processes)),
        ("设备或型号含", _words(match.equipment)),
        ("设备含这些的不算", _words(match.except_equipment)),
        ("物质", "、".join(_substance(cas) for cas in match.substances)),
        ("涉及清单", "、".join(one.label for one in match.substance_lists)),
        ("物质状态", "、".join(match.substance_states)),
        ("工艺", "属于重点监管的危险化工工艺" if match.key_regulated_process else ""),
        ("燃料", "、".join(match.fuels)),
        ("申报表是非题", "" if not match.flag else f"“{match.flag}”答“是”" + (f"（{flag.question}）" if flag else "")),
        ("还要含", _words(match.certain_words)),
        ("不含时要问", match.certain_question),
        ("数值", "；".join(limit_in_words(one) for one in entry.limits)),
        ("数值之间", "有一个达到就算" if match.any_limit and len(entry.limits) > 1 else ""),
        ("不看数值的", _words(match.no_limit_words)),
        ("命中方式", "以上产品、工艺、设备、物质、是非题有一项就算" if match.any_ground else ""),
        ("由别的条目推出", "、".join(f"{one}… 各条" for one in entry.derived_from)),
        ("让位于", "、".join(entry.yields_to)),
    ]
    return tuple((label, text) for label, text in said if text)


def limit_in_words(limit: Limit) -> str:
    """单线产能（砖）不大于 150 万平方米/年."""
    of = f"（{'、'.join(limit.words) or limit.cas}）" if limit.words or limit.cas else ""
    head = f"{limit.scope.label}{limit.figure.label}{of}"
    if limit.until is not None:
        return f"{head}大于 {plain(limit.value)} 且小于 {plain(limit.until)} {limit.unit}"
    return f"{head}{_SIGNS[limit.op]} {plain(limit.value)} {limit.unit}"


def exemptions_in_words(entry: Entry) -> tuple[str, ...]:
    """The express exceptions by the words that claim them, and what comes of a claim."""
    return tuple(f"{one.text}：申报写有{_words(one.words)}的，{_RESULTS[one.result]}" for one in entry.exemptions)


def dates_in_words(entry: Entry) -> str:
    """From when an entry binds, and what that date is worth."""
    if entry.date_status is DateStatus.PLACEHOLDER:
        return f"施行日未定（{entry.effective_from.isoformat()} 只是占位，不作时效判断）"
    words = f"{entry.effective_from.isoformat()} 起施行"
    if entry.date_status is DateStatus.ESTIMATED:
        words += "（估计日期，待核）"
    return words if entry.repealed_on is None else f"{words}，{entry.repealed_on.isoformat()} 起不再适用"


_FIELDS = {
    "kind": "类别", "clause": "条款", "subject": "品名", "condition": "条件", "effective_from": "施行日", "effect_new": "新建的后果",
    "effect_existing": "现有改造的后果", "layer": "谁定的", "confidence": "把握", "verified": "已核", "source": "来源", "title": "文件",
    "doc_no": "文号", "exceptions": "例外", "date_status": "日期", "repealed_on": "失效日", "corroborated_2019": "2019年本旁证",
    "note": "备注", "practice": "落地写法", "derived_from": "由……推出", "yields_to": "让位于", "limits": "数值",
    "exemptions": "明示例外", "match.industries": "行业", "match.products": "产品用词", "match.except_products": "产品排除词",
    "match.processes": "工艺用词", "match.except_processes": "工艺排除词", "match.equipment": "设备用词",
    "match.except_equipment": "设备排除词", "match.substances": "物质",
    "match.fuels": "燃料", "match.flag": "是非题", "match.areas": "区位", "match.build_types": "建设性质",
}  # fmt: skip
_TRUTH = {"True": "是", "False": "否"}


def change_in_words(change: str) -> str:
    """A difference as `rules.catalogue_editions` tells it, with the field and its values in Chinese."""
    field, _, values = change.partition("：")
    before, _, after = values.partition(" → ")
    return f"{_FIELDS.get(field, field)}：{_TRUTH.get(before, before)} → {_TRUTH.get(after, after)}"


def aliases_of(entry: Entry) -> str:
    """The words by which the entry is known in descriptions of projects."""
    match = entry.match
    return _words((*match.products, *match.processes, *match.equipment))


def _words(words: Iterable[str]) -> str:
    return "、".join(one.replace("+", "…") for one in words)


def _substance(cas: str) -> str:
    name = next((one.name for one in load_shared_terms().substances if one.cas == cas), "")
    return f"{name} {cas}" if name else cas
