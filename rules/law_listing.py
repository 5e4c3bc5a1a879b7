"""What does the rulebook hold, entry by entry?

One list over every kind of data, each kind collected by one function. `diff` compares two days of it. What an entry means for a case is
decided in the module that judges by it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

import msgspec

from rules.accidents import load_accident_classes, load_hazardous_factors
from rules.bands import Band
from rules.catalogue_editions import EDITION_FOLDER, load_editions
from rules.comprehensive_fire_data import FOLDER as COUNTING_FOLDER
from rules.comprehensive_fire_data import load_counting_rules
from rules.dynamic_grade import load_dynamic_rules
from rules.grading_data import DirectResult, DirectScope
from rules.law_entries import WHOLE_FILE, LawEntry, LawKind
from rules.major_hazard_data import FOLDER as CRITERIA_FOLDER
from rules.park_grade import load_score_sheets
from rules.references import LegalBasis
from rules.requests import plain
from rules.restriction_data import ENTRY_FOLDER, TERM_FOLDER
from rules.rulebook import Rulebook
from rules.supervision import load_cap_principle, load_frequency_rules, load_plan_principle

_SCOPES = {DirectScope.RISK: "风险点", DirectScope.ENTERPRISE: "企业", DirectScope.HAZARD: "隐患"}
_RESULTS = {DirectResult.RED: "重大风险（红）", DirectResult.LOWEST_GRADE: "最低档", DirectResult.MAJOR_HAZARD: "重大事故隐患"}
_JUDGING_WORDS = {"facts": "按事实判定", "person_only": "由人员对照原文认定", "index_only": "条件未核，只作索引，不参与判定"}


@cache
def list_entries(rulebook: Rulebook) -> tuple[LawEntry, ...]:
    """Every entry of the rulebook, in the order of the files. Raises `RuleDataError` for data not read before that has a mistake."""
    return tuple(one for collect in _COLLECTORS for one in collect(rulebook))


def _cited(basis: LegalBasis, **changes: Any) -> dict[str, Any]:
    """The fields of an entry that its citation tells."""
    return {
        "citation": basis.citation,
        "basis": (basis,),
        "effective_from": basis.effective_from,
        "repealed_on": basis.repealed_on,
        "verified": basis.verified,
        "source": basis.source,
        "note": basis.note,
        **changes,
    }


def _details(**lines: object) -> dict[str, str]:
    """Detail lines, empty ones left out."""
    return {name: str(text) for name, text in lines.items() if text not in ("", None, (), [])}


def _joined(words: Iterable[str]) -> str:
    return "、".join(words)


def _bands(bands: Iterable[Band], symbol: str) -> str:
    return "；".join(f"{one.range_text(symbol)}：{one.label}" + (f"（{one.colour.risk.colour}）" if one.colour else "") for one in bands)


# --- what each part of the rulebook holds ---------------------------------------------------------------------------------------------


def _major_hazards(rulebook: Rulebook) -> Iterator[LawEntry]:
    hazards = rulebook.major_hazards
    for prefix, standard in hazards.standards.items():
        yield LawEntry(
            kind=LawKind.STANDARD,
            id=prefix,
            name=standard.title,
            text=f"《{standard.title}》（{standard.doc_no}）{standard.note}",
            folder=CRITERIA_FOLDER,
            line=f'prefix = "{prefix}"',
            citation=f"《{standard.title}》（{standard.doc_no}）",
            effective_from=standard.effective_from,
            repealed_on=standard.repealed_on,
            aliases=(standard.doc_no,),
            details=_details(承接标准=standard.superseded_by, 认定机关=standard.decided_by),
            is_dated=True,
        )
    for name in sorted(hazards.ids):
        one = hazards.criterion(name)
        yield LawEntry(
            kind=LawKind.CRITERION,
            id=one.id,
            name=one.topic,
            text=one.condition,
            folder=CRITERIA_FOLDER,
            line=f'id = "{one.id}"',
            details=_details(
                适用行业=_joined(sector.label for sector in one.sectors),
                怎样判定=_JUDGING_WORDS[one.judging],
                判定表达式=one.expression,
                承接条目=_joined(one.successors),
                认定机关=one.decided_by,
                计入综合规则=one.counts_towards,
            ),
            is_dated=True,
            **_cited(one.clause),
        )
    for fact in hazards.facts.values():
        # The question whether a device works is made from the device's own row.
        own = fact.follows if fact.is_working else fact.id
        yield LawEntry(
            kind=LawKind.FACT,
            id=fact.id,
            name="",
            text=fact.ask,
            folder=CRITERIA_FOLDER,
            line=f'id = "{own}"',
            details=_details(提示=fact.hint, 单位=fact.unit, 先问=fact.follows),
        )
    for rule in load_counting_rules():
        yield LawEntry(
            kind=LawKind.COUNTING_RULE,
            id=rule.id,
            name="综合判定计数规则",
            text="；".join(f"{one.clause.clause}：满 {one.at_least} 条" for one in rule.combinations),
            folder=COUNTING_FOLDER,
            line=f'id = "{rule.id}"',
            details=_details(要素=_joined(rule.elements)),
            is_dated=True,
            **_cited(rule.clause),
        )


def _checklists(rulebook: Rulebook) -> Iterator[LawEntry]:
    for template in rulebook.checklists.templates:
        dates: dict[str, Any] = {"effective_from": template.effective_from, "repealed_on": template.repealed_on}
        yield LawEntry(
            kind=LawKind.CHECKLIST,
            id=template.code,
            name=template.name,
            text=f"{template.name}，版本 {template.edition}，{len(template.items)} 项",
            folder="checklists",
            line=f'code = "{template.code}"',
            citation="园区自编检查表，依据逐项标注",
            details=_details(适用行业代码=_joined(template.industries)),
            is_dated=True,
            **dates,
        )
        for item in template.items:
            yield LawEntry(
                kind=LawKind.CHECKLIST_ITEM,
                id=item.code,
                name="",
                text=item.text,
                folder="checklists",
                line=f'code = "{item.code}"',
                citation="；".join(item.basis),
                verified=item.verified,
                source=f"{template.name} {template.edition}",
                details=_details(
                    检查部位=item.section,
                    不合格时=item.severity_hint.label,
                    关联判定条目=_joined(item.major_ids),
                    重大隐患条件=item.major_criterion,
                    建议整改天数=item.suggested_deadline_days,
                ),
                **dates,
            )


def _catalogue(rulebook: Rulebook) -> Iterator[LawEntry]:
    for entry in rulebook.catalogue.entries:
        yield LawEntry(
            kind=LawKind.CATALOGUE_ENTRY,
            id=entry.id,
            name=entry.subject,
            text=f"{entry.subject}：{entry.condition}",
            folder=ENTRY_FOLDER,
            line=f'id = "{entry.id}"',
            details=_details(
                类别=entry.kind.label,
                新建扩建迁建=entry.effect_new.label,
                改建技改现有=entry.effect_existing.label,
                例外=entry.exceptions,
                层级=entry.layer.label,
                可信度=entry.confidence.label,
                日期=entry.date_status.label,
            ),
            is_dated=True,
            **_cited(entry.basis),
        )
    for edition in load_editions().values():
        head = edition.edition
        yield LawEntry(
            kind=LawKind.PARK_EDITION,
            id=head.id,
            name=head.title,
            text=f"{head.park}：新增 {len(edition.entry)} 条，加严 {len(edition.tighten)} 条，"
            f"不适用 {len(edition.waive)} 条，核对 {len(edition.confirm)} 条",
            folder=EDITION_FOLDER,
            line=f'id = "{head.id}"',
            citation=f"《{head.title}》（{head.doc_no}）",
            effective_from=head.effective_from,
            repealed_on=head.repealed_on,
            note=head.note,
            details=_details(批准=head.approver, 状态="已印发" if head.is_adopted else "草案"),
            is_dated=True,
        )
    terms = rulebook.catalogue.terms
    for substance in terms.substances:
        yield LawEntry(
            kind=LawKind.SUBSTANCE,
            id=substance.cas or substance.name,
            name=substance.name,
            text=f"{substance.name}：{_joined(one.label for one in substance.lists)}",
            folder=f"{TERM_FOLDER}/substances.toml",
            line=f'name = "{substance.name}"',
            verified=substance.verified,
            note=substance.condition or substance.q_note,
            aliases=substance.aliases,
        )
    for process in terms.processes:
        yield LawEntry(
            kind=LawKind.REGULATED_PROCESS,
            id=process.id,
            name=process.name,
            text=f"{process.name}（{process.batch}，{process.heat}）",
            folder=f"{TERM_FOLDER}/key_regulated_processes.toml",
            line=f'id = "{process.id}"',
            verified=process.verified,
            source=process.source,
            details=_details(识别词=_joined(process.words), 排除词=_joined(process.except_words)),
        )
    for area in terms.areas:
        yield LawEntry(
            kind=LawKind.AREA,
            id=area.id,
            name=area.name,
            text=area.rule,
            folder=f"{TERM_FOLDER}/areas.toml",
            line=f'id = "{area.id}"',
            verified=area.verified,
            details=_details(所引条目=_joined(area.refs), 可信度=area.confidence.label),
        )
    for flag in terms.flags:
        yield LawEntry(
            kind=LawKind.FLAG,
            id=flag.id,
            name=flag.name,
            text=flag.question,
            folder=f"{TERM_FOLDER}/flags.toml",
            line=f'id = "{flag.id}"',
            details=_details(问谁=flag.whom),
        )


def _deadlines(rulebook: Rulebook) -> Iterator[LawEntry]:
    deadlines = rulebook.deadlines
    said = [(LawKind.LIMIT, one, one.in_words) for one in deadlines.limits]
    reports = [(LawKind.REPORT, one, f"期末后第 {one.months_after} 个月的 {one.day} 日前") for one in deadlines.reports]
    reminders = [(LawKind.REMINDER, one, f"期满前 {_joined(map(str, one.days_before))} 天") for one in deadlines.reminders]
    for kind, one, words in (*said, *reports, *reminders):
        yield LawEntry(
            kind=kind,
            id=one.key,
            name=one.label,
            text=f"{one.label}：{words}",
            folder="deadlines",
            line=f'key = "{one.key}"',
            citation=one.citation,
            basis=() if one.basis is None else (one.basis,),
            effective_from=one.effective_from,
            repealed_on=one.repealed_on,
            verified=one.verified,
            source="" if one.basis is None else one.basis.source,
            note=one.note,
            is_dated=True,
        )


def _grading(rulebook: Rulebook) -> Iterator[LawEntry]:
    book = rulebook.grading.grading
    for method, tables in book.factor_tables.items():
        yield LawEntry(
            kind=LawKind.VALUE_TABLE,
            id=f"{method.value}.factors",
            name=tables.title,
            text=f"{tables.title}：{tables.formula}",
            folder=f"grading/factors/{method.value}.toml",
            line=WHOLE_FILE,
            details={
                f"{one.symbol} {one.name}{one.variant and '，' + one.variant}": "；".join(
                    f"{plain(row.score)} {row.text}".strip() for row in one.rows
                )
                for one in tables.factors
            },
            is_dated=True,
            **_cited(tables.basis),
        )
    for scheme in book.schemes:
        yield LawEntry(
            kind=LawKind.SCHEME,
            id=scheme.id,
            name=scheme.title,
            text=f"{scheme.title}：{_bands(scheme.levels, scheme.symbol)}",
            folder="grading/schemes",
            line=f'id = "{scheme.id}"',
            aliases=(f"{scheme.method.value}_{scheme.id}",),
            details=_details(方法=scheme.method.value.upper(), 默认="是" if scheme.is_default else ""),
            is_dated=True,
            **_cited(scheme.basis),
        )
    for matrix in book.matrices:
        yield LawEntry(
            kind=LawKind.MATRIX,
            id=matrix.id,
            name=matrix.title,
            text=f"{matrix.title}：{len(matrix.severity_rows)} × {len(matrix.likelihood_columns)}，按格查表",
            folder="grading/matrices",
            line=f'id = "{matrix.id}"',
            aliases=matrix.aliases,
            details=_details(不能用于定级=matrix.unusable_because, 行=_joined(matrix.severity_rows), 列=_joined(matrix.likelihood_columns)),
            is_dated=True,
            **_cited(matrix.basis),
        )
    for listed in book.direct_lists:
        for item in listed.items:
            basis = msgspec.structs.replace(listed.basis, clause=item.clause, verified=item.verified, note=item.note or listed.basis.note)
            yield LawEntry(
                kind=LawKind.DIRECT_JUDGEMENT,
                id=item.id,
                name=item.text,
                text=item.text,
                folder="grading/direct_judgements",
                line=f'id = "{item.id}"',
                details=_details(清单=listed.title, 判什么=_SCOPES[item.scope], 结论=_RESULTS[item.result], 现场人数=item.persons_at_least),
                is_dated=True,
                **_cited(basis),
            )
    for rule in load_dynamic_rules().rules:
        yield LawEntry(
            kind=LawKind.DYNAMIC_RULE,
            id=rule.id,
            name=rule.title,
            text=f"{rule.title}：{rule.effect_text}",
            folder="grading/dynamic.toml",
            line=f'id = "{rule.id}"',
            details=_details(条件=rule.when, 出处=rule.origin, 默认="开" if rule.is_on_by_default else "关", 适用=rule.applies_to),
            is_dated=True,
            **_cited(rule.basis, citation=rule.origin),
        )
    for sheet in load_score_sheets():
        yield LawEntry(
            kind=LawKind.SCORE_SHEET,
            id=sheet.id,
            name=sheet.title,
            text=f"{sheet.title}：{_bands(sheet.bands, '得分')}；{sheet.worst_grade} 最危险",
            folder="score_sheets",
            line=f'id = "{sheet.id}"',
            aliases=sheet.aliases,
            details=_details(适用于=sheet.applies_to, 否决项=_joined(sheet.veto_ids), 未弄清=sheet.cap_note or sheet.veto_note),
            is_dated=True,
            **_cited(sheet.basis),
        )
        for one in sheet.adjustments:
            yield LawEntry(
                kind=LawKind.ADJUSTMENT,
                id=one.id,
                name=one.text,
                text=f"{one.text}：{plain(one.points)} 分",
                folder="score_sheets",
                line=f'id = "{one.id}"',
                **_cited(sheet.basis, verified=one.verified, source=one.source, note=""),
            )


def _installations(rulebook: Rulebook) -> Iterator[LawEntry]:
    book = rulebook.grading.installation
    folder = "major_hazard_installation"
    for title, file, basis in (
        (book.named.title, "named_substances", book.named.basis),
        (book.categories.title, "categories", book.categories.basis),
        (book.toxic_gases.title, "beta_toxic_gases", book.toxic_gases.basis),
        (book.table.title, "grading", book.table.basis),
    ):
        yield LawEntry(
            kind=LawKind.INSTALLATION_TABLE,
            id=f"gb18218.{file}",
            name=title,
            text=f"GB 18218-2018 {title}",
            folder=f"{folder}/{file}.toml",
            line=WHOLE_FILE,
            is_dated=True,
            **_cited(basis),
        )
    for one in book.named.substances:
        yield LawEntry(
            kind=LawKind.INSTALLATION_SUBSTANCE,
            id=f"gb18218.{one.no}",
            name=one.name,
            text=f"表1 第{one.no}项 {one.name}：临界量 {plain(one.threshold_t)} t",
            folder=f"{folder}/named_substances.toml",
            line=f"no = {one.no}",
            aliases=(*one.aliases, *one.search_names, *one.cas),
            details=_details(CAS=_joined(one.cas), 条件问法=one.ask, 默认按=one.assumption),
            **_cited(book.named.basis),
        )
    for category in book.categories.categories:
        yield LawEntry(
            kind=LawKind.INSTALLATION_CATEGORY,
            id=category.symbol,
            name=category.text,
            text=f"{category.category} {category.symbol} {category.text}："
            f"临界量 {plain(category.threshold_t)} t，β = {plain(category.beta)}",
            folder=f"{folder}/categories.toml",
            line=f'symbol = "{category.symbol}"',
            **_cited(book.categories.basis),
        )


def _supervision(rulebook: Rulebook) -> Iterator[LawEntry]:
    for rule in load_frequency_rules():
        yield LawEntry(
            kind=LawKind.FREQUENCY,
            id=rule.id,
            name=rule.title,
            text=f"{rule.title}：" + "；".join(f"{one.category} {one.text}" for one in rule.frequencies),
            folder="supervision/frequencies",
            line=f'id = "{rule.id}"',
            details=_details(性质="上限" if rule.kind == "cap" else "下限", 地区=rule.region, 适用于=rule.applies_to),
            is_dated=True,
            **_cited(rule.basis),
        )
    caps = load_cap_principle()
    yield LawEntry(
        kind=LawKind.FREQUENCY,
        id="cap_principle",
        name=caps.title,
        text=f"{caps.title}；不占上限的触发式检查：{_joined(caps.triggered_reasons.values())}",
        folder="supervision/caps.toml",
        line=WHOLE_FILE,
        is_dated=True,
        **_cited(caps.basis),
    )
    plan = load_plan_principle()
    yield LawEntry(
        kind=LawKind.FREQUENCY,
        id="annual_plan",
        name=plan.title,
        text=plan.text,
        folder="supervision/annual_plan.toml",
        line=WHOLE_FILE,
        is_dated=True,
        **_cited(plan.basis),
    )
    for industry in rulebook.sectors.industries:
        yield LawEntry(
            kind=LawKind.INDUSTRY,
            id=_joined(industry.codes),
            name=industry.name,
            text=f"{industry.name}（{_joined(industry.codes)}）归口：{_joined(one.label for one in industry.sectors)}",
            folder="sectors/industries.toml",
            line=f'name = "{industry.name}"',
            aliases=industry.codes,
            details=_details(还要问=industry.ask),
            is_dated=True,
            **_cited(industry.basis, effective_from=industry.effective_from, repealed_on=industry.repealed_on, verified=industry.verified),
        )


def _accidents(rulebook: Rulebook) -> Iterator[LawEntry]:
    for edition in load_accident_classes():
        yield LawEntry(
            kind=LawKind.ACCIDENT_CLASSES,
            id=edition.id,
            name=edition.title,
            text=f"{edition.basis.doc_no} {edition.title}，{len(edition.classes)} 类",
            folder=f"accidents/{edition.id}.toml",
            line=WHOLE_FILE,
            aliases=(edition.basis.doc_no,),
            is_dated=True,
            **_cited(edition.basis),
        )
        for one in edition.classes:
            yield LawEntry(
                kind=LawKind.ACCIDENT_CLASS,
                id=f"{edition.id}.{one.order}",
                name=one.name,
                text=f"{edition.basis.doc_no} {one.name}" + (f"（{one.printed or one.code}）" if one.code else "（正式编码未核实）"),
                folder=f"accidents/{edition.id}.toml",
                line=f'name = "{one.name}"',
                **_cited(edition.basis),
            )
    for factors in load_hazardous_factors():
        yield LawEntry(
            kind=LawKind.HAZARDOUS_FACTORS,
            id=factors.id,
            name=factors.title,
            text=f"{factors.basis.doc_no} {factors.title}",
            folder=f"accidents/{factors.id}.toml",
            line=WHOLE_FILE,
            aliases=(factors.basis.doc_no,),
            is_dated=True,
            **_cited(factors.basis),
        )
        for factor in factors.factors:
            yield LawEntry(
                kind=LawKind.HAZARDOUS_FACTOR,
                id=f"{factors.id}.{factor.code}",
                name=factor.name,
                text=f"{factors.basis.doc_no} {factor.code} {factor.name}",
                folder=f"accidents/{factors.id}.toml",
                line=f'code = "{factor.code}"',
                aliases=(factor.code,),
                **_cited(factors.basis, verified=factor.verified, source=factor.source or factors.basis.source),
            )


def _office(rulebook: Rulebook) -> Iterator[LawEntry]:
    for number, year in rulebook.calendar.years.items():
        yield LawEntry(
            kind=LawKind.CALENDAR_YEAR,
            id=str(number),
            name=f"{number} 年放假安排",
            text="；".join(f"{one.name} {one.first_on} 至 {one.last_on}" for one in year.holiday),
            folder=f"calendar/{number}.toml",
            line=WHOLE_FILE,
            details=_details(调休上班=_joined(map(str, year.make_up_workdays)), 状态="暂定，通知未公布" if year.provisional else "按通知"),
            **_cited(year.basis, effective_from=date(number, 1, 1), repealed_on=date(number + 1, 1, 1)),
        )
    seen: set[LegalBasis] = set()
    for transition in rulebook.workflow.transitions:
        for basis in transition.basis:
            if basis not in seen:
                seen.add(basis)
                yield LawEntry(
                    kind=LawKind.WORKFLOW_BASIS,
                    id=basis.citation,
                    name=basis.citation,
                    text=basis.note or basis.citation,
                    folder="workflow/bases.toml",
                    line=f'clause = "{basis.clause}"',
                    is_dated=True,
                    **_cited(basis),
                )


_COLLECTORS: tuple[Callable[[Rulebook], Iterator[LawEntry]], ...] = (
    _major_hazards,
    _checklists,
    _catalogue,
    _deadlines,
    _grading,
    _installations,
    _supervision,
    _accidents,
    _office,
)
