"""Which of thousands of catalogue words stand in a short text?

A word is looked up by one rare pair of its letters, so a text is read once whatever the size of the catalogue. A hit must be whole: a model
number is not part of a longer one (`YB系列` is not in `TYB系列`), and a word that the text denies (`无铅浴炉`, `不含氰`,
`拆除一段式煤气发生炉`) does not count.
`A+B` asks for both parts in one text.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, TypeVar

from rules.project import text_form

P = TypeVar("P")

_DENIALS = (
    "不", "无", "非", "未", "不含", "不含有", "不使用", "不采用", "不涉及", "不设", "不用", "不得使用", "未使用", "未采用", "未设", "取消",
    "拆除", "淘汰", "停用", "替代", "代替", "取代", "拆除原有", "拆除现有", "淘汰原有", "淘汰现有", "禁止", "严禁", "没有",
)  # fmt: skip
_LONGEST_DENIAL = max(map(len, _DENIALS))
# A clause that opens with taking something away speaks of what will be gone: 拆除一段式煤气发生炉. What it names after 改 or 换 will stay.
_REMOVAL = re.compile(
    r"^(?:本次|拟|全部|将|已)*(?:拆除|淘汰(?!类|的)|停用|停运|取消|关停|报废|不再使用|不使用|不采用|不涉及)(?!.*(?:改|换|新增|新建|建设))"
)
_REMOVED_AFTER = re.compile(
    r"^[^,;、。()]{0,8}(?:\((?:本次|拟|全部|将|已|予以)*(?:拆除|淘汰|停用|停运|取消|报废)\)|(?:已|予以|全部)?拆除$|(?:改|改造|更换|替换|置换)(?:为|成)|改用|改烧)"
)
_REMOVALS = ("拆除", "淘汰", "停用", "停运", "取消", "关停", "报废", "不再使用", "不使用", "不采用", "不涉及", "改", "换为", "换成")
_CLAUSE_END = re.compile(r"[,;、。()\n]")
_ASCII = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class Word:
    """A catalogue word in compared form, ready to be looked for."""

    __slots__ = ("anchor", "guard_left", "guard_right", "parts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = tuple(text_form(part) for part in text.split("+"))
        self.anchor = max(self.parts, key=len)
        self.guard_left = tuple(part[0] in _ASCII for part in self.parts)
        self.guard_right = tuple(part[-1] in _ASCII for part in self.parts)

    def occurs(self, text: str) -> bool:
        """Whether every part stands whole and undenied in a text in compared form."""
        if self.anchor not in text:
            return False
        parts = self.parts
        if len(parts) == 1:
            return self._whole(0, self.anchor, text)
        return all(part in text and self._whole(number, part, text) for number, part in enumerate(parts))

    def is_denied(self, text: str) -> bool:
        """Whether the text names the word only to deny it."""
        return all(part in text for part in self.parts) and not self.occurs(text)

    def _whole(self, number: int, part: str, text: str) -> bool:
        left, right = self.guard_left[number], self.guard_right[number]
        start = text.find(part)
        while start >= 0:
            end = start + len(part)
            if (
                not (left and start and text[start - 1] in _ASCII)
                and not (right and end < len(text) and (text[end] in _ASCII or (text[end] in "./" and text[end + 1 : end + 2].isdigit())))
                and not _denied(text, start, end)
            ):
                return True
            start = text.find(part, start + 1)
        return False


def _denied(text: str, start: int, end: int) -> bool:
    """Whether the text names what stands at [start, end) only to say that it is not used or will be gone."""
    if start and text[max(0, start - _LONGEST_DENIAL) : start].endswith(_DENIALS):
        return True
    if not any(word in text for word in _REMOVALS):
        return False
    clause = _CLAUSE_END.split(text[:start])[-1]
    return _REMOVAL.match(clause) is not None or _REMOVED_AFTER.match(text[end:]) is not None


@lru_cache(maxsize=65536)
def word_of(text: str) -> Word:
    """The compiled form of a catalogue word; equal words share it."""
    return Word(text)


def any_in(words: Iterable[Word], text: str) -> Word | None:
    """The first of the words that stands in a text in compared form."""
    for word in words:
        if word.anchor in text and word.occurs(text):
            return word
    return None


class TermIndex(Generic[P]):
    """Words with payloads, found by one pass over a text. Fill with `add`, then `compile`."""

    def __init__(self) -> None:
        self._payloads: dict[Word, list[P]] = defaultdict(list)
        self._by_pair: dict[str, tuple[tuple[Word, tuple[P, ...]], ...]] = {}

    def add(self, word: str, payload: P) -> None:
        """Register a word."""
        self._payloads[word_of(word)].append(payload)

    def compile(self) -> None:
        """Choose for every word the pair of letters that fewest words share."""
        common: Counter[str] = Counter()
        for word in self._payloads:
            common.update({pair for part in word.parts for pair in _pairs(part)})
        by_pair: dict[str, list[tuple[Word, tuple[P, ...]]]] = defaultdict(list)
        for word, payloads in self._payloads.items():
            # A pair is rarer than a single letter, so one-letter words wait under their letter only when nothing longer is there.
            pairs = [pair for part in word.parts for pair in _pairs(part)]
            anchor = min(pairs, key=lambda pair: (len(pair) == 1, common[pair], pair))
            by_pair[anchor].append((word, tuple(payloads)))
        self._by_pair = {pair: tuple(found) for pair, found in by_pair.items()}

    def find(self, text: str) -> list[tuple[Word, tuple[P, ...]]]:
        """The words that stand whole and undenied in a text in compared form, each once."""
        by_pair = self._by_pair
        keys = {text[i : i + 2] for i in range(len(text) - 1)}
        keys.update(text)
        # Sorted, so that the same words are found in the same order by every process.
        return [hit for key in sorted(keys & by_pair.keys()) for hit in by_pair[key] if hit[0].occurs(text)]


def _pairs(part: str) -> list[str]:
    return [part] if len(part) == 1 else [part[i : i + 2] for i in range(len(part) - 1)]
