"""What does a project's description say, in the form entries are compared with?

Texts in compared form with the place they were declared, materials resolved to substances, fuels to families, flags answered from what the
other texts already tell. Every derived fact keeps its reason. Nothing is assumed here except what is listed as an assumption.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

import msgspec

from rules.project import Amount, Equipment, Material, Product, Project, text_form
from rules.restriction_data import Ask, Derivation, TextField
from rules.restriction_index import CatalogueIndex, CompiledEvidence, Words
from rules.restriction_installation import Installation, InstallationJudge
from rules.restriction_terms import Area, BuildType, Figure, Role, SubstanceList
from rules.substances import Resolved, hazardous_products, standing
from rules.term_index import any_in

_NEW_BUILD = frozenset({BuildType.NEW, BuildType.EXPANSION, BuildType.RELOCATION})
_SEGMENTS = re.compile(r"[、,;/和及与+]")
_FUEL_WORDS = ("燃煤", "煤烧", "烧煤", "燃用")
_MAIN_OR_TRIBUTARY = ("dist_xiangjiang_main_m", "dist_lujiang_m")
_ANY_WATER = ("dist_river_m", "dist_tributary_m", "dist_other_tributary_m", "dist_main_or_tributary_m")
_HUNAN_MAIN = (
    "dist_xiangjiang_main_m",
    "dist_zishui_main_m",
    "dist_yuanshui_main_m",
    "dist_lishui_main_m",
    "dist_dongting_m",
    "dist_main_river_m",
)
_SENSITIVE = (
    "nearest_residence_m", "nearest_civil_building_m", "nearest_public_building_m", "nearest_school_m", "nearest_hospital_m",
    "nearest_sensitive_m", "nearest_elderly_home_m",
)  # fmt: skip


class Text(msgspec.Struct, frozen=True):
    """A string of the project: where it stands, as written, and in compared form. `item` is its row in products or equipment."""

    field: TextField
    path: str
    raw: str
    form: str
    item: Product | Equipment | None = None

    @property
    def is_existing(self) -> bool:
        """Whether it is a line or machine that stands already."""
        return self.item is not None and self.item.is_existing


class FlagAnswer(msgspec.Struct, frozen=True):
    """A flag's value with where it comes from. `is_assumed` marks a *no* that only rests on nothing speaking for *yes*."""

    value: bool | None
    reason: str
    is_assumed: bool = False
    is_given: bool = False


class Facts:
    """One project, prepared for one screening."""

    def __init__(self, project: Project, index: CatalogueIndex, on: date, judge: InstallationJudge) -> None:
        self.project = project
        self.index = index
        self.on = on
        self.judge = judge
        self.codes = project.industry_codes
        self.name = (Text(TextField.NAME, "name", project.name, text_form(project.name)),) if project.name else ()
        self.processes = tuple(
            Text(TextField.PROCESS, f"processes[{number}]", one, text_form(one)) for number, one in enumerate(project.processes)
        )
        self.resolved = self._resolve()
        self.products = self._products()
        self.equipment = self._equipment()
        self.has_products = bool(project.products) or any(text.path.startswith("materials") for text in self.products)
        self._flags: dict[str, FlagAnswer] = {}
        self.assumptions: set[str] = set()
        self.flags_given = self._given_flags()
        self.in_park = self._in_park()

    def _given_flags(self) -> dict[str, bool | None]:
        """The flags answered on the form under their own names; two answers that differ leave the flag open."""
        given: dict[str, bool | None] = {}
        for key, value in self.project.flags.items():
            named = self.index.flag_named(key)
            if named is not None:
                name, holds = named
                answer = value if holds or value is None else not value
                given[name] = answer if given.get(name, answer) is answer else None
        return given

    def _in_park(self) -> bool | None:
        """Whether the project stands in the park: as stated, or because the area it names is a part of the park."""
        place = self.project.location
        if place.in_park is None and any(
            one.is_in_park and any(word in place.area for word in (one.name, *one.words)) for one in self.index.areas
        ):
            return True
        return place.in_park

    def _products(self) -> tuple[Text, ...]:
        texts = [
            Text(TextField.PRODUCT, f"products[{number}].name", one.name, text_form(one.name), one)
            for number, one in enumerate(self.project.products)
            if one.role is not Role.RAW_MATERIAL and not (one.is_existing and self.project.build_type is BuildType.EXPANSION)
        ]
        for number, material in enumerate(self.project.materials):
            if material.role in (Role.PRODUCT, Role.BY_PRODUCT):
                amount = None if material.annual_t is None else Amount(material.annual_t, "吨/年")
                item = Product(
                    name=material.name, capacity=amount, role=material.role, cas=material.cas, concentration=material.concentration
                )
                texts.append(Text(TextField.PRODUCT, f"materials[{number}].name", material.name, text_form(material.name), item))
        return tuple(texts)

    def _equipment(self) -> tuple[Text, ...]:
        texts = []
        fuels = None
        for number, one in enumerate(self.project.equipment):
            written = one.name
            if one.fuel:
                written = f"燃{one.fuel.removeprefix('燃')}{written}"
            elif "锅炉" in written and len(self.project.fuels) == 1:
                # A boiler that does not say what it burns burns the only fuel declared.
                fuels = fuels or self.project.fuels[0]
                if self._families(text_form(fuels)) & {"煤", "生物质"} and not self._families(text_form(written)):
                    written = f"燃{'煤' if '煤' in self._families(text_form(fuels)) else '生物质'}{written}"
            texts.append(Text(TextField.EQUIPMENT, f"equipment[{number}].name", one.name, text_form(written), one))
        for number, material in enumerate(self.project.materials):
            if material.storage:
                written = material.name + material.storage
                texts.append(Text(TextField.EQUIPMENT, f"materials[{number}].storage", written, text_form(written)))
        return tuple(texts)

    def _resolve(self) -> tuple[Resolved, ...]:
        resolve = self.index.substances.resolve
        found: list[Resolved] = []
        for number, material in enumerate(self.project.materials):
            found += resolve(f"materials[{number}]", material)
        return tuple(found)

    @cached_property
    def product_substances(self) -> tuple[Resolved, ...]:
        """The products resolved to substances."""
        resolve = self.index.substances.resolve
        return tuple(
            one
            for number, product in enumerate(self.project.products)
            if product.role is not Role.RAW_MATERIAL
            for one in resolve(
                f"products[{number}]", Material(name=product.name, cas=product.cas, concentration=product.concentration), is_product=True
            )
        )

    @cached_property
    def material_texts(self) -> tuple[Text, ...]:
        """The materials as texts."""
        return tuple(
            Text(TextField.MATERIAL, f"materials[{number}].name", one.name, text_form(one.name + one.storage))
            for number, one in enumerate(self.project.materials)
        )

    def texts(self, where: Sequence[TextField] = ()) -> Iterable[Text]:
        """The project's texts in the fields named, or all."""
        for field, texts in (
            (TextField.NAME, self.name),
            (TextField.PRODUCT, self.products),
            (TextField.PROCESS, self.processes),
            (TextField.EQUIPMENT, self.equipment),
            (TextField.MATERIAL, self.material_texts),
        ):
            if not where or field in where:
                yield from texts

    # --- fuels -----------------------------------------------------------------------------------------------------------------------

    def _families(self, form: str) -> set[str]:
        return {fuel.name for fuel, _, words, exceptions in self.index.fuels if any_in(words, form) and not any_in(exceptions, form)}

    @cached_property
    def fuel_families(self) -> dict[str, Text]:
        """The families of fuel the project burns, each with the string that says so."""
        found: dict[str, Text] = {}
        for number, one in enumerate(self.project.fuels):
            text = Text(TextField.MATERIAL, f"fuels[{number}]", one, text_form(one))
            for family in self._families(text.form):
                found.setdefault(family, text)
        for text in self.equipment:
            if any(word in text.form for word in _FUEL_WORDS) or "气" in text.form or "焦" in text.form:
                for family in self._families(text.form):
                    found.setdefault(family, text)
        for text in self.material_texts:
            for fuel, exact, _, _ in self.index.fuels:
                if fuel.is_also_material and text.raw in exact:
                    found.setdefault(fuel.name, text)
        return found

    @cached_property
    def fuel_hints(self) -> dict[str, Text]:
        """Fuels declared only among the materials of a project that names no fuel: they may be burnt or be raw material."""
        if self.project.fuels:
            return {}
        return {fuel.name: text for text in self.material_texts for fuel, exact, _, _ in self.index.fuels if text.raw in exact}

    # --- general conditions ----------------------------------------------------------------------------------------------------------

    def stands_in(self, prefixes: tuple[str, ...]) -> bool | None:
        """Whether one industry code falls under the prefixes; None without codes, or when a code is too short to tell."""
        if not self.codes:
            return None
        is_open = False
        for code in self.codes:
            if code.startswith(prefixes):
                return True
            if len(code) < 4 and any(prefix.startswith(code) for prefix in prefixes):
                is_open = True
        return None if is_open else False

    def code_under(self, prefixes: tuple[str, ...], exceptions: tuple[str, ...]) -> str | None:
        """The first code under the prefixes and not under the exceptions."""
        return next((code for code in self.codes if code.startswith(prefixes) and not (exceptions and code.startswith(exceptions))), None)

    @property
    def counts_as_new(self) -> bool | None:
        """Whether the effect for new plant applies: new, expanded or moved plant, and an upgrade that adds capacity."""
        build_type = self.project.build_type
        if build_type is None:
            return None
        return build_type in _NEW_BUILD or self.project.adds_capacity is True

    def is_build_type(self, wanted: tuple[BuildType, ...]) -> bool | None:
        """Whether the kind of construction is one of those an entry is about. Moved plant counts as new; an upgrade as an alteration."""
        build_type = self.project.build_type
        if build_type is None:
            return None
        kinds = {build_type}
        if build_type is BuildType.RELOCATION:
            kinds.add(BuildType.NEW)
        if build_type in (BuildType.ALTERATION, BuildType.TECHNICAL_UPGRADE):
            kinds.add(BuildType.ALTERATION)
            if self.project.adds_capacity:
                kinds.add(BuildType.EXPANSION)
        return not kinds.isdisjoint(wanted)

    def is_in_area(self, area: Area) -> bool | None:
        """Whether the project stands in an area the catalogue distinguishes."""
        place, in_park = self.project.location, self.in_park
        if area is Area.PARK:
            return in_park
        if area is Area.CHEMICAL_PARK:
            # The park is not known to be a recognised chemical park; standing in it answers the question until somebody says otherwise.
            return place.in_chemical_park if place.in_chemical_park is not None else False if in_park is not False else None
        if in_park is None:
            return None if place.in_compliant_park is None else not place.in_compliant_park
        return False if in_park else place.in_compliant_park is not True

    # --- figures of the project ------------------------------------------------------------------------------------------------------

    @cached_property
    def installation(self) -> Installation:
        """S, and R where it is graded, of the materials stored."""
        return self.judge(self.resolved, self.on)

    def project_figure(self, figure: Figure) -> tuple[Decimal | None, str]:
        """A figure of the project as a whole with the words it was declared in; None when nobody stated it."""
        project = self.project
        if figure in project.figures:
            return project.figures[figure], f"figures.{figure.label}"
        if figure is Figure.STAFF_PER_BUILDING:
            staff = project.max_staff_per_building
            return None if staff is None else Decimal(staff), "max_staff_per_building"
        distances = project.location.distances_m
        if figure is Figure.DISTANCE_MAIN_OR_TRIBUTARY:
            return _nearest(distances, (*_MAIN_OR_TRIBUTARY, *_ANY_WATER, *_HUNAN_MAIN), _MAIN_OR_TRIBUTARY, _ANY_WATER, Decimal(1000))
        if figure is Figure.DISTANCE_HUNAN_MAIN_RIVERS:
            return _nearest(distances, _HUNAN_MAIN, (), _HUNAN_MAIN, Decimal(1000))
        if figure is Figure.DISTANCE_YANGTZE_MAIN:
            return _nearest(distances, ("dist_yangtze_main_m",), (), ("dist_yangtze_main_m",), Decimal(3000))
        if figure is Figure.DISTANCE_IMPORTANT_TRIBUTARY:
            names = ("dist_important_tributary_m", "dist_xiangjiang_main_m")
            return _nearest(distances, names, (), names, Decimal(1000))
        if figure is Figure.DISTANCE_SENSITIVE_BUILDING:
            return _nearest(distances, _SENSITIVE, (), _SENSITIVE, Decimal(50))
        return None, ""

    # --- flags -----------------------------------------------------------------------------------------------------------------------

    def flag(self, name: str) -> FlagAnswer:
        """The answer to a flag, from the form or from what the other facts say."""
        answer = self._flags.get(name)
        if answer is None:
            answer = self._flags[name] = self._answer_flag(name)
        return answer

    def _answer_flag(self, name: str) -> FlagAnswer:
        if name in self.flags_given:
            value = self.flags_given[name]
            return FlagAnswer(value, f"申报“{name}”：{'不清楚' if value is None else '是' if value else '否'}", is_given=True)
        compiled = self.index.flags[name]
        yes = self._evidence(compiled.implied_true)
        no = self._evidence(compiled.implied_false)
        if yes and no:
            return FlagAnswer(None, f"申报文字对“{name}”说法不一：{yes}；{no}")
        if yes or no:
            return FlagAnswer(bool(yes), f"未填“{name}”，由{yes or no}认定为{'是' if yes else '否'}")
        if compiled.flag.ask is Ask.ALWAYS:
            return FlagAnswer(None, f"未填“{name}”")
        asked = self._evidence(compiled.asked_when)
        if asked:
            return FlagAnswer(None, f"未填“{name}”，但有线索：{asked}")
        return FlagAnswer(False, f"未填“{name}”，申报中没有线索，按否处理", is_assumed=True)

    def _evidence(self, all_evidence: tuple[CompiledEvidence, ...]) -> str:
        for one in all_evidence:
            found = self._holds(one)
            if found:
                return found
        return ""

    def _holds(self, compiled: CompiledEvidence) -> str:
        """The words of the project that make a piece of evidence hold; empty when it does not."""
        evidence = compiled.evidence
        said = []
        if evidence.industries:
            code = self.code_under(evidence.industries, ())
            if code is None:
                return ""
            said.append(f"行业代码 {code}")
        if evidence.industries_all:
            if not self.codes or not all(code.startswith(evidence.industries_all) for code in self.codes):
                return ""
            said.append(f"行业代码 {'、'.join(self.codes)}")
        if evidence.substances:
            found = next((one for one in self.resolved if one.cas in evidence.substances), None)
            if found is None:
                return ""
            said.append(f"{found.field}“{found.material.name}”")
        for words, exceptions in ((compiled.words, compiled.except_words), (compiled.with_words, compiled.with_except_words)):
            if words:
                text = self._text_with(words, exceptions)
                if text is None:
                    return ""
                said.append(f"{text.path}“{text.raw}”")
        if evidence.derived is not None:
            derived = self._derived(evidence.derived)
            if not derived:
                return ""
            said.append(derived)
        return "、".join(said)

    @cached_property
    def _all_forms(self) -> str:
        return "\n".join(text.form for text in self.texts())

    def _text_with(self, words: Words, exceptions: Words) -> Text | None:
        everything = self._all_forms
        words = tuple(word for word in words if word.anchor in everything)
        if not words:
            return None
        for text in self.texts():
            if any_in(words, text.form) and not any_in(exceptions, text.form):
                return text
        return None

    def _derived(self, derivation: Derivation) -> str:
        if derivation is Derivation.HAZARDOUS_PRODUCT:
            found = hazardous_products((*self.product_substances, *self.resolved))
            return f"产品“{found[0].material.name}”是危险化学品" if found else ""
        toxic = [one for one in self.resolved if standing(one, SubstanceList.HIGHLY_TOXIC).holds]
        if toxic and all(one.material.role is Role.RAW_MATERIAL for one in toxic):
            return "剧毒物料只作原料"
        return ""


def segments(form: str) -> list[str]:
    """The parts of a string that lists several things."""
    return [part for part in _SEGMENTS.split(form) if part]


def _nearest(
    distances: dict[str, Decimal], names: Sequence[str], all_needed: Sequence[str], one_suffices: Sequence[str], limit: Decimal
) -> tuple[Decimal | None, str]:
    """The smallest known distance, when it decides: below the limit, or when the distances that matter are all known."""
    known = [(distances[name], name) for name in names if name in distances]
    if not known:
        return None, ""
    nearest, name = min(known)
    is_complete = any(one in distances for one in one_suffices) or (bool(all_needed) and all(one in distances for one in all_needed))
    return (nearest, f"location.{name}") if nearest < limit or is_complete else (None, f"location.{name}={nearest}")
