"""Which substance does a declared material mean, and on which lists does it stand?

The same CAS number covers things the law treats differently: hydrogen chloride and hydrochloric acid, ammonia and ammonia water, aluminium
powder and ingots. Name, state and concentration decide; where they leave it open, the list is open too and a question says what is missing.
Trade names of mixtures are asked for their components. Quantities and critical amounts belong to the major-hazard-installation rules.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from rules.project import Material, text_form
from rules.requests import plain
from rules.restriction_data import Mixture, SharedTerms, Substance
from rules.restriction_terms import Role, SubstanceList
from rules.term_index import any_in, word_of

_QUALIFIERS = re.compile(
    r"^(?:工业级|工业用|工业|食品级|电子级|试剂级|分析纯|化学纯|高纯|高纯度|外购|桶装|瓶装|散装|罐装|储罐|新|纯|浓|低浓度|高浓度|"
    r"食堂用?|生活用?|化验室|实验室|化验用?|检测用?|试剂|医用|食用|脱硝用?|焊接用?|切割用?|清洗用?|擦拭用?|叉车用?|发电机用?|备用|燃料|"
    r"\d+(?:\.\d+)?%|\d+(?:\.\d+)?)+|"
    r"(?:溶液|水溶液|原料|试剂|气体|液体|固体|粉末|混酸|混合酸|混合液|混合气|钢瓶|气瓶|瓶组|瓶|储罐|\(.*\)|-?\d+(?:\.\d+)?%)+$"
)
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_SIDE_BY_SIDE = re.compile(r"[,、;+/及和]")
_SOLUTION_STATES = ("溶液", "水溶液")
_NOT_HAZARDOUS_ONLY = frozenset({SubstanceList.NOT_HAZARDOUS})


class ListStanding(msgspec.Struct, frozen=True):
    """Whether a material stands on a list: `holds` True, False or None with the question to ask; `reason` is told to the reader."""

    holds: bool | None
    reason: str = ""
    question: str = ""


class Resolved(msgspec.Struct, frozen=True):
    """A declared material and the substance it means. `field` says where it was declared."""

    field: str
    material: Material
    substance: Substance | None
    text: str
    note: str = ""
    mixture: Mixture | None = None
    is_product: bool = False

    @property
    def cas(self) -> str:
        """The CAS number it is judged by."""
        return self.substance.cas if self.substance is not None else self.material.cas

    @property
    def state(self) -> str:
        """The state declared, or the one the name or the substance itself tells; empty when open."""
        if self.material.state:
            return self.material.state
        if self.substance is None:
            return ""
        if any(word in self.text for word in self.substance.solution_words):
            return "溶液"
        return self.substance.usual_state


_UNLISTED = ListStanding(False)


class SubstanceTable:
    """The substances by CAS number and by every name they go by."""

    def __init__(self, terms: SharedTerms) -> None:
        self.by_cas = {one.cas: one for one in terms.substances if one.cas}
        self.by_name: dict[str, Substance] = {}
        for one in terms.substances:
            for name in (*re.split(r"、", one.name), re.sub(r"[(（].*?[)）]", "", one.name), *one.aliases):
                self.by_name.setdefault(text_form(name), one)
        self.mixtures = tuple((one, tuple(map(word_of, one.words)), tuple(map(word_of, one.except_words))) for one in terms.mixtures)
        self._named = lru_cache(maxsize=8192)(self._find_named)

    def resolve(self, field: str, material: Material, *, is_product: bool = False) -> list[Resolved]:
        """The substances a declared material means: itself, or each of its components."""
        if material.components:
            return [
                one
                for number, part in enumerate(material.components)
                for one in self.resolve(f"{field}.components[{number}]", _as_component(part, material), is_product=is_product)
            ]
        text = text_form(material.name)
        substance, note = self._substance(material, text)
        is_product = is_product or material.role in (Role.PRODUCT, Role.BY_PRODUCT)
        if substance is None and not material.cas:
            components = self._components(text)
            if components:
                return [
                    Resolved(field, material, one, text, f"“{material.name}”写明的组分 {one.name}", is_product=is_product)
                    for one in components
                ]
            return [Resolved(field, material, None, text, mixture=self._mixture(text), is_product=is_product)]
        return [Resolved(field, material, substance, text, note, is_product=is_product)]

    def _substance(self, material: Material, text: str) -> tuple[Substance | None, str]:
        by_name = self._named(text)
        found = self.by_cas.get(material.cas) if material.cas else by_name
        if found is not None and found.solution_cas:
            diluted = material.concentration is not None and material.concentration < 99 and material.cas == found.cas
            if any(word in text for word in found.solution_words) or material.state in _SOLUTION_STATES or diluted:
                solution = self.by_cas[found.solution_cas]
                if material.cas == found.cas:
                    return solution, f"申报 CAS {found.cas}（{found.name}），按名称和浓度认定为{solution.name}"
                return solution, ""
        return found, ""

    def _find_named(self, text: str) -> Substance | None:
        found = self.by_name.get(text)
        if found is None:
            bare = _QUALIFIERS.sub("", _BRACKETS.sub("", text))
            found = self.by_name.get(bare) or self.by_name.get(_QUALIFIERS.sub("", bare))
        if found is None:
            # 二氧化硅(SiO2) and DMC(碳酸二甲酯) name one substance twice.
            inner = _BRACKETS.findall(text)
            if len(inner) == 1 and not re.search(r"[%,、:;]", inner[0]):
                found = self.by_name.get(inner[0])
        return found

    def _components(self, text: str) -> list[Substance]:
        """The substances named inside brackets, as in 稀释剂(甲苯30%、丙酮20%), or side by side, as in 甲苯、丙酮."""
        found = []
        beside = _BRACKETS.sub("", text)
        for inner in (*_BRACKETS.findall(text), *([beside] if _SIDE_BY_SIDE.search(beside) else ())):
            for part in re.split(r"[,、;+/及和]|主要成分[:为]?|含", inner):
                one = self._named(part.strip(" :"))
                if one is not None and one not in found:
                    found.append(one)
        return found

    def _mixture(self, text: str) -> Mixture | None:
        for mixture, words, exceptions in self.mixtures:
            if any_in(words, text) and not any_in(exceptions, text):
                return mixture
        return None


def standing(one: Resolved, wanted: SubstanceList) -> ListStanding:
    """Whether a resolved material stands on a list."""
    substance = one.substance
    if substance is None:
        return _UNLISTED
    if wanted is SubstanceList.HAZARDOUS:
        return _hazardous(one, substance)
    if wanted not in substance.lists:
        return _UNLISTED
    name, material = one.material.name, one.material
    if wanted in substance.powder_only:
        return _powder(one, substance)
    for rule in substance.forms:
        if rule.list is wanted:
            if not one.state:
                return ListStanding(
                    None, question=f"“{name}”（CAS {substance.cas}）是什么状态：{substance.condition or '、'.join(rule.states)}？"
                )
            if one.state not in rule.states:
                return ListStanding(False, f"状态为{one.state}，{wanted.label}所指为{'、'.join(rule.states)}")
    for limit in substance.concentrations:
        if limit.list is wanted:
            if material.concentration is None:
                return ListStanding(
                    None, question=f"“{name}”的质量浓度是多少？（{wanted.label}：{substance.condition or substance.q_note}）"
                )
            holds = material.concentration > limit.above_percent
            sign = ">" if holds else "≤"
            return ListStanding(holds, f"浓度 {plain(material.concentration)}% {sign} {plain(limit.above_percent)}%")
    if wanted in substance.graded_by_concentration:
        return ListStanding(None, question=f"“{name}”按浓度分档（{substance.condition}），请对照名录原文核定")
    return ListStanding(True, substance.condition if substance.powder_only else "")


def _hazardous(one: Resolved, substance: Substance) -> ListStanding:
    if set(substance.lists) <= _NOT_HAZARDOUS_ONLY:
        return ListStanding(False, substance.condition)
    if substance.powder_only:
        return _powder(one, substance)
    if SubstanceList.HAZARDOUS_LISTED in substance.lists and substance.concentrations:
        return standing(one, SubstanceList.HAZARDOUS_LISTED)
    return ListStanding(True)


def _powder(one: Resolved, substance: Substance) -> ListStanding:
    text = one.text + text_form(one.material.state)
    if any(word in text for word in substance.solid_words) and not any(word in one.text for word in substance.powder_words):
        return ListStanding(False, f"“{one.material.name}”不是粉末形态")
    if any(word in text for word in substance.powder_words):
        return ListStanding(True, "粉末形态")
    if one.material.state in ("液体", "固体块状", "块状", "熔融"):
        return ListStanding(False, f"状态为{one.material.state}，不是粉末")
    return ListStanding(None, question=f"“{one.material.name}”（CAS {substance.cas}）是粉末、屑还是锭、板等块状？")


def _as_component(part: Material, whole: Material) -> Material:
    """A component with the whole's quantities in proportion to its share; without a share the quantity stays open."""
    share = part.concentration
    annual, stored = part.annual_t, part.max_storage_t
    if share is not None:
        annual = annual if annual is not None or whole.annual_t is None else whole.annual_t * share / 100
        stored = stored if stored is not None or whole.max_storage_t is None else whole.max_storage_t * share / 100
    return msgspec.structs.replace(
        part, annual_t=annual, max_storage_t=stored, role=part.role or whole.role, state=part.state or whole.state, concentration=share
    )


def hazardous_products(resolved: Iterable[Resolved]) -> list[Resolved]:
    """The products and by-products that are hazardous chemicals for certain."""
    return [one for one in resolved if one.is_product and standing(one, SubstanceList.HAZARDOUS).holds]
