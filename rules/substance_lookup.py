"""Which entry of GB 18218 table 1 is this chemical?

A chemical is named by name, alias or CAS number, and some entries hold for one state or content only: formaldehyde above 90 %, ammonium
nitrate by its combustible matter, nitrocellulose in six forms under one CAS number. The look-up never guesses: what decides between entries
and is not told becomes a question. Facts taken as given unless told otherwise are data, and said in the answer.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches

import msgspec

from rules.major_hazard_installation_data import ContentWord, InstallationBook, Substance, base_name, is_cas
from rules.requests import RequestError, normal_form, plain, read_number
from rules.terms import Answer
from rules.three_valued import FactValue

# A bound just beyond the number it excludes: “>90 %” is read as the smallest content that fits.
_JUST_BEYOND = Decimal("0.000001")
_SIGNS = (
    (r"≥|不小于|不低于|不少于|至少", Decimal(0)),
    (r"≤|不大于|不高于|不超过|至多", Decimal(0)),
    (r">|大于|高于|超过", _JUST_BEYOND),
    (r"<|小于|低于|不足", -_JUST_BEYOND),
)
_SIGN = "|".join(pattern for pattern, _ in _SIGNS)
_NUMBER = r"\d+(?:\.\d+)?"
_FILLER = r"(?:含量|的?质量分数|浓度|量|为|是|:|=)*"
_LEADING_PERCENT = re.compile(rf"({_NUMBER})%的?(.+)")


class Identified(msgspec.Struct, frozen=True):
    """The entry found. `remarks` are what the reader must know; `unverified` what was taken as given; `strict_no` a stricter entry that
    would apply if it were wrong.
    """

    substance: Substance
    remarks: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    strict_no: int | None = None


class NotListed(msgspec.Struct, frozen=True):
    """Table 1 does not have it; `reason` says why, with near names."""

    reason: str


class Undecided(msgspec.Struct, frozen=True):
    """Several entries, or one with an open condition: `question` is what decides."""

    question: str
    candidates: tuple[Substance, ...]


Lookup = Identified | NotListed | Undecided


class Chemical(msgspec.Struct, frozen=True, kw_only=True):
    """A chemical as a request names it. `concentration` is a percentage ("30%", 30), a fraction of one (0.3) or words ("含水≥25%")."""

    name: str | None = None
    cas: str | None = None
    state: str | None = None
    concentration: object = None

    @property
    def called(self) -> str:
        """How to speak of it."""
        return self.name or self.cas or "未写名称的物质"


def find_substance(book: InstallationBook, chemical: Chemical) -> Lookup:
    """The entry of table 1 for a chemical, or why there is none, or what to ask.

    Raises `RequestError` for a CAS number whose check digit is wrong, and when name and CAS number point to different substances.
    """
    name, texts = _split_name(book, chemical)
    by_name = book.by_full_name.get(normal_form(chemical.name or ""), ()) or book.by_short_name.get(name, ())
    cas = _clean_cas(chemical.cas)
    by_cas = book.by_cas.get(cas, ()) if cas else ()
    remarks: list[str] = []
    candidates = tuple(by_name) or tuple(by_cas)
    if by_name and by_cas:
        both = tuple(one for one in by_name if one in by_cas)
        if not both:
            raise RequestError("name_cas_conflict", f"名称“{chemical.name}”与 CAS {cas} 不是同一种物质，请核对")
        candidates = both
    elif by_name and cas and any(one.cas for one in by_name):
        remarks.append(f"所给 CAS {cas} 不在表1该项所列 CAS 中，按名称“{chemical.name}”识别")
    elif by_cas and name:
        remarks.append(f"名称“{chemical.name}”不在表1，按 CAS {cas} 识别")
    if not candidates:
        return NotListed(_not_listed(book, chemical, name, cas))
    facts = _facts(book, texts, chemical.concentration)
    found = _decide(book, chemical, candidates, facts, texts, is_named=bool(by_name))
    if isinstance(found, Identified):
        mixture = _mixture_remark(book, chemical, found.substance, facts)
        return msgspec.structs.replace(found, remarks=(*remarks, *found.remarks), unverified=(*remarks, *found.unverified, *mixture))
    return found


def read_percentage(value: object) -> Decimal | None:
    """A concentration given as a number, in per cent: 30, "30%" and 0.3 are all thirty per cent. None for words and for nothing."""
    if value is None:
        return None
    if isinstance(value, str):
        text = normal_form(value)
        written = re.fullmatch(rf"({_NUMBER})%", text)
        if written:
            return read_number(written[1], "concentration", at_least=Decimal(0), at_most=Decimal(100))
        if not re.fullmatch(_NUMBER, text):
            return None
    number = read_number(value, "concentration", at_least=Decimal(0), at_most=Decimal(100))
    return number * 100 if number <= 1 else number


def _split_name(book: InstallationBook, chemical: Chemical) -> tuple[str, list[str]]:
    """The name to look up, in normal form, and every text that tells state or content."""
    texts = [normal_form(one) for one in (chemical.state, chemical.concentration) if isinstance(one, str) and one.strip()]
    if not chemical.name:
        return "", texts
    normal = normal_form(chemical.name)
    leading = _LEADING_PERCENT.fullmatch(normal)
    if leading and normal not in book.by_short_name:
        return leading[2], [*texts, f"{leading[1]}%"]
    if normal in book.by_short_name:
        return normal, [*texts, normal]
    name, bracket = base_name(chemical.name)
    return name, [*texts, bracket, name] if bracket else [*texts, name]


def _clean_cas(cas: str | None) -> str:
    if cas is None:
        return ""
    text = normal_form(cas).removeprefix("cas").lstrip(":").removeprefix("no.")
    if not is_cas(text):
        raise RequestError("bad_cas", f"CAS 号“{cas}”校验位不符，请核对")
    return text


def _not_listed(book: InstallationBook, chemical: Chemical, name: str, cas: str) -> str:
    shown = sorted({one.name for one in _near(book, name)})
    hint = f"（表1中相近的名称：{'、'.join(shown)}）" if shown else ""
    return f"“{chemical.called}”{f'（CAS {cas}）' if cas and chemical.name else ''}不在表1{hint}"


def near_substances(book: InstallationBook, name: str) -> tuple[Substance, ...]:
    """Entries of table 1 somebody may mean who wrote this name: those that have it within theirs, then those spelt like it."""
    wanted = normal_form(base_name(name)[0])
    if not wanted:
        return ()
    within = [
        one for one in book.named.substances if any(wanted in normal_form(text) for text in (one.name, *one.aliases, *one.search_names))
    ]
    return tuple({one.no: one for one in (*within, *_near(book, wanted))}.values())


def _near(book: InstallationBook, name: str) -> list[Substance]:
    near = get_close_matches(name, [*book.by_short_name, *book.by_full_name], n=3) if name else []
    return [one for text in near for one in (*book.by_short_name.get(text, ()), *book.by_full_name.get(text, ()))]


def _decide(
    book: InstallationBook,
    chemical: Chemical,
    candidates: Sequence[Substance],
    facts: Mapping[str, FactValue],
    texts: Sequence[str],
    *,
    is_named: bool,
) -> Lookup:
    """Weigh each candidate's condition against the facts told, then against the facts presumed."""
    met: list[Identified] = []
    open_ones: list[Substance] = []
    for one in candidates:
        value = _holds(book, one, facts, texts)
        presumed = {fact: _fact_value(taken) for fact, taken in one.presume.items()}
        if value is None and presumed and (is_named or one.is_presumed_from_cas) and _holds(book, one, {**presumed, **facts}, texts):
            must_confirm = one.must_be_confirmed
            met.append(
                Identified(one, (one.assumption,), (one.assumption,) if must_confirm else (), one.otherwise_no if must_confirm else None)
            )
        elif value is False and one.otherwise_no and _holds(book, one, {**facts, **presumed}, texts):
            other = book.substance(one.otherwise_no)
            met.append(Identified(other, (f"“{chemical.called}”不符合第{one.no}项的条件（{one.name}），按第{other.no}项 {other.name}",)))
        elif value:
            met.append(Identified(one))
        elif value is None:
            open_ones.append(one)
    if met:
        strictest = min(met, key=lambda one: one.substance.threshold_t)
        if len(met) == 1:
            return strictest
        others = "、".join(f"第{one.substance.no}项" for one in met)
        said = f"{others}的条件都满足，从严取临界量最小的第{strictest.substance.no}项"
        return msgspec.structs.replace(strictest, remarks=(*strictest.remarks, said), unverified=(*strictest.unverified, said))
    if open_ones:
        asked = "".join(dict.fromkeys(one.ask for one in open_ones))
        listed = "；".join(f"第{one.no}项 {one.name}（Q={plain(one.threshold_t)} t）" for one in open_ones)
        return Undecided(f"“{chemical.called}”须凭形态或浓度选条：{asked}（表1：{listed}）", tuple(open_ones))
    listed = "；".join(f"第{one.no}项 {one.name}" for one in candidates)
    return NotListed(f"“{chemical.called}”不符合表1所列条件（{listed}），不按表1取临界量")


def _holds(book: InstallationBook, one: Substance, facts: Mapping[str, FactValue], texts: Sequence[str]) -> bool | None:
    """Whether the entry's condition holds: by the facts, or because the request repeats the words of the entry's bracket."""
    condition = book.conditions.get(one.no)
    if condition is None:
        return True
    value = condition.value(facts)
    if value is None:
        bracket = base_name(one.name)[1]
        single = "," not in bracket
        if any(text == bracket or (single and re.match(_SIGN, text) and bracket.endswith(text)) for text in texts if bracket):
            return True
    return value


def _facts(book: InstallationBook, texts: Sequence[str], concentration: object) -> dict[str, FactValue]:
    """What the request's words and numbers say about state and content."""
    facts: dict[str, FactValue] = {}
    for text in texts:
        for word in book.words.states:
            if any(one in text for one in word.no):
                facts.setdefault(word.id, Answer.NO)
            elif any(one in text for one in word.yes):
                facts.setdefault(word.id, Answer.YES)
        rest = text
        for content in book.words.contents:
            for one in sorted(content.words, key=len, reverse=True):
                rest = _take_content(rest, content.id, re.escape(one), facts)
        whole = re.search(rf"({_SIGN})?({_NUMBER})%", rest)
        if whole:
            facts.setdefault("content", _bound(whole[1], whole[2]))
    percentage = read_percentage(concentration)
    if percentage is not None:
        # “含乙醇” beside “30%” says how much ethanol, not how much of the substance.
        named = next((one.id for one in book.words.contents for text in texts if _names_content(text, one)), "content")
        facts[named] = percentage
    return facts


def _names_content(text: str, content: ContentWord) -> bool:
    """Whether the text names this content without saying how much."""
    return any(re.fullmatch(rf"含?有?{re.escape(word)}(?:含量|量|湿润|润湿)?", text) for word in content.words)


def _take_content(text: str, fact: str, word: str, facts: dict[str, FactValue]) -> str:
    """Note a content the text states for this word, and return the text without it, so that no number is read twice."""
    for pattern in (rf"{word}{_FILLER}({_SIGN})?({_NUMBER})%?", rf"({_SIGN})?({_NUMBER})%的?{word}"):
        found = re.search(pattern, text)
        if found:
            facts.setdefault(fact, _bound(found[1], found[2]))
            return text[: found.start()] + text[found.end() :]
    if re.search(rf"(?:不含|无){word}", text):
        facts.setdefault(fact, Decimal(0))
    return text


def _bound(sign: str | None, number: str) -> Decimal:
    """The content nearest to a stated bound: “≥25” is 25, “>90” a little more than 90."""
    step = next((one for pattern, one in _SIGNS if sign and re.fullmatch(pattern, sign)), Decimal(0))
    return Decimal(number) + step


def _fact_value(taken: bool | Decimal) -> FactValue:
    if isinstance(taken, bool):
        return Answer.YES if taken else Answer.NO
    return taken


def _mixture_remark(book: InstallationBook, chemical: Chemical, one: Substance, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
    """Whether this is a mixture counted as the pure substance (4.2.3), for entries whose content is no condition of the entry."""
    condition = book.conditions.get(one.no)
    if condition is not None and set(condition.names()) != {"is_solution"}:
        return ()
    content = facts.get("content")
    dilute = isinstance(content, Decimal) and content < 100
    if not dilute and facts.get("is_solution") is not Answer.YES:
        return ()
    share = f"含量 {plain(content)}%" if isinstance(content, Decimal) else "溶液"
    return (
        f"“{chemical.called}”（{share}）是混合物：危险类别与纯物质相同的，按纯物质整体计（4.2.3，条文未核对），本次从严如此计；不同的请给出混合物的类别符号",
    )
