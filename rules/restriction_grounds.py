"""Which of a project's rows speak for an entry: its products, processes, equipment, substances, fuels and flags?

Each ground answers yes, no or not known, with the project's own words and what to ask. How grounds are joined is `restriction_match.py`'s
question.
"""

from collections.abc import Sequence

import msgspec

from rules.restriction_data import Entry, TextField
from rules.restriction_facts import Facts, Text, segments
from rules.restriction_index import CompiledEntry, Words
from rules.restriction_limits import Question
from rules.restriction_terms import Role, RoleRule, SubstanceList
from rules.substances import Resolved, standing
from rules.term_index import Word, any_in

COMPANY = "企业（备案表或环评文件）"
_UNDECIDABLE_LISTS = frozenset({SubstanceList.EXPLOSIVE, SubstanceList.TOXIC_OR_FLAMMABLE_GAS})


class MatchedWord(msgspec.Struct, frozen=True):
    """The project's own words that an entry matched: where, the whole string, and the catalogue's word in it."""

    field: str
    text: str
    word: str
    note: str = ""


Ground = tuple[bool | None, list[tuple[Text, Word]], list[MatchedWord], list[Question]]
"""A ground's answer, the strings and the words behind it, and what to ask while it is open."""


def product_ground(compiled: CompiledEntry, facts: Facts, found: dict[TextField, list[tuple[Text, Word]]], voided: list[str]) -> Ground:
    """Products and the project's name; where products are given and the entry is about products, the name does not count."""
    match = compiled.entry.match
    words = list(found.get(TextField.PRODUCT, ()))
    rows = facts.products
    if match.role is RoleRule.PRODUCT and rows:
        words = [(text, word) for text, word in words if text.field is not TextField.NAME]
        named: tuple[Text, ...] = ()
    else:
        named = facts.name
    if any(text.field is TextField.PRODUCT for text, _ in words):
        kept = [(text, word) for text, word in words if text.field is TextField.PRODUCT]
        result = text_ground(kept, compiled.except_products, rows, voided, splits=True)
        if result[0] is not False:
            return result
        words = [(text, word) for text, word in words if text.field is TextField.NAME]
    return text_ground(words, compiled.except_products, rows or (named if facts.has_products else ()), voided, splits=True)


def text_ground(
    words: Sequence[tuple[Text, Word]], exceptions: Words, rows: Sequence[Text], voided: list[str], *, splits: bool = False
) -> Ground:
    """Strings that hold one of the words and none of the exception words; a string with an exception word is void, others are not."""
    texts: list[tuple[Text, Word]] = []
    marks: list[MatchedWord] = []
    questions: list[Question] = []
    certain = False
    seen: set[str] = set()
    for text, word in words:
        if text.path in seen:
            continue
        banned = any_in(exceptions, text.form) if exceptions else None
        if banned is None:
            certain = True
            seen.add(text.path)
            texts.append((text, word))
            marks.append(MatchedWord(text.path, text.raw, word.text))
            continue
        if splits and any(word.occurs(part) and not any_in(exceptions, part) for part in segments(text.form)):
            texts.append((text, word))
            marks.append(MatchedWord(text.path, text.raw, word.text, f"同一字符串里还有排除词“{banned.text}”，并列了几种"))
            questions.append(Question(f"“{text.raw}”并列了几种产品，请分行填写各自的名称和产能", COMPANY, text.path))
            continue
        voided.append(f"{text.path}“{text.raw}”含排除词“{banned.text}”")
    if certain:
        return True, texts, marks, []
    if texts:
        return None, texts, marks, questions
    return (False if rows else None), [], [], []


def flag_ground(name: str, facts: Facts) -> Ground:
    """A flag as one of several grounds."""
    answer = facts.flag(name)
    if answer.value:
        return True, [], [MatchedWord(f"flags.{name}", "是", name, answer.reason)], []
    if answer.value is None:
        flag = facts.index.flags[name].flag
        return None, [], [], [Question(flag.question, flag.whom, f"flags.{name}")]
    return False, [], [], []


def substance_ground(entry: Entry, facts: Facts) -> Ground:
    """Substances by CAS number, in the state and the role the entry is about."""
    match = entry.match
    marks: list[MatchedWord] = []
    questions: list[Question] = []
    value: bool | None = False if facts.project.materials else None
    for one in facts.resolved:
        if one.cas not in match.substances:
            continue
        holds, question = _substance_fits(entry, one)
        if holds is False:
            continue
        marks.append(_mark(one))
        if holds:
            value = True
        else:
            value = value or None
            questions.append(question)
    return value, [], marks, questions if value is None else []


def _substance_fits(entry: Entry, one: Resolved) -> tuple[bool | None, Question]:
    """Whether a matched substance is in the state and the role the entry is about."""
    match, material = entry.match, one.material
    question = Question(f"“{material.name}”的状态和用途是什么？", COMPANY, one.field)
    if match.substance_states:
        state = _state_word(one)
        if not state:
            return None, Question(f"“{material.name}”（CAS {one.cas}）是气体、液化气体还是溶液？", COMPANY, f"{one.field}.state")
        usual = one.substance.usual_state if one.substance is not None else ""
        if state not in match.substance_states and not (state == "液体" and usual in match.substance_states):
            return False, question
    if match.role is RoleRule.PRODUCT_OR_ADDITIVE:
        if material.role is None and not one.is_product:
            return None, Question(f"“{material.name}”是产品、助剂还是原料？", COMPANY, f"{one.field}.role")
        return material.role is not Role.RAW_MATERIAL, question
    if match.role is RoleRule.PRODUCT:
        return one.is_product, question
    return True, question


def _state_word(one: Resolved) -> str:
    """The state in the catalogue's words."""
    state = one.state
    if "液化" in state or "低沸点" in state:
        return state
    for sign, word in (("溶液", "溶液"), ("气", "气体"), ("粉", "粉末"), ("液", "液体"), ("固", "固体")):
        if sign in state:
            return word
    return state


def list_ground(entry: Entry, facts: Facts) -> Ground:
    """Materials by the lists they stand on."""
    marks: list[MatchedWord] = []
    questions: list[Question] = []
    value: bool | None = False
    for one in facts.resolved:
        for name in entry.match.substance_lists:
            if name in _UNDECIDABLE_LISTS:
                if standing(one, SubstanceList.HAZARDOUS).holds and _may_be_gas_or_explosive(one):
                    value = value or None
                    questions.append(
                        Question(f"“{one.material.name}”按 GHS 是不是爆炸物、有毒气体或易燃气体？", "企业（MSDS 第2部分）", one.field)
                    )
                continue
            stands = standing(one, name)
            if stands.holds:
                value = True
                marks.append(_mark(one, f"{name.label}" + (f"；{stands.reason}" if stands.reason else "")))
            elif stands.holds is None:
                value = value or None
                questions.append(Question(stands.question, "企业（MSDS、采购合同）", one.field))
    return value, [], marks, questions if value is None else []


def _may_be_gas_or_explosive(one: Resolved) -> bool:
    """Whether a substance can be a gas or an explosive: liquids, solutions and solids known as such are not asked about."""
    return _state_word(one) in ("", "气体", "液化气体") and one.material.concentration is None


def regulated_ground(facts: Facts) -> Ground:
    """Processes by the key regulated ones."""
    marks = []
    index = facts.index
    for text in facts.processes:
        for word, numbers in index.regulated_terms.find(text.form):
            for number in numbers:
                if not any_in(index.process_exceptions[number], text.form):
                    marks.append(
                        MatchedWord(text.path, text.raw, word.text, f"{index.processes[number].id} {index.processes[number].name}")
                    )
    return bool(marks), [], marks, []


def fuel_ground(entry: Entry, facts: Facts) -> Ground:
    """Fuels by family."""
    families = facts.fuel_families
    hits = [(name, families[name]) for name in entry.match.fuels if name in families]
    if hits:
        return True, [], [MatchedWord(text.path, text.raw, name) for name, text in hits], []
    hints = [(name, facts.fuel_hints[name]) for name in entry.match.fuels if name in facts.fuel_hints]
    if hints:
        marks = [MatchedWord(text.path, text.raw, name, "列在物料里，没有填燃料") for name, text in hints]
        return None, [], marks, [Question(f"“{hints[0][1].raw}”是燃料还是原料？窑炉烧什么燃料？", COMPANY, "fuels")]
    return (False if facts.project.fuels else None), [], [], []


def _mark(one: Resolved, note: str = "") -> MatchedWord:
    word = f"{one.substance.name} {one.cas}" if one.substance is not None else one.cas
    return MatchedWord(f"{one.field}.name", one.material.name, word, "；".join(part for part in (note, one.note) if part))
