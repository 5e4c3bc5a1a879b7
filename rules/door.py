"""How does a line of JSON become a ruling, and a mistake in it an answer that says what to change?

One line in, one line out, for every command of `python -m rules`: the request is decoded strictly (numbers exact, no key twice), answered
by the module of its command, and encoded the same way every time. What cannot be judged is answered too, with a code for programs and a
Chinese sentence for people. Reading files and printing is `__main__.py`'s.
"""

import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec

from rules.deadline_requests import answer_deadline
from rules.diff_requests import answer_diff
from rules.explain_requests import answer_explain
from rules.grading_requests import answer_grade
from rules.judge_requests import answer_judge
from rules.requests import RequestError
from rules.rulebook import Rulebook
from rules.screening_requests import answer_screen

LONGEST_LINE = 8 * 1024 * 1024
_DEEPEST = 100
_BYTE_ORDER_MARK = "\ufeff"

Request = Mapping[str, Any]
Answer = dict[str, Any]
Command = Callable[[Request, Rulebook], Answer]

COMMANDS: dict[str, Command] = {
    "grade": lambda request, rulebook: answer_grade(request, rulebook.grading),
    "screen": lambda request, rulebook: answer_screen(request, rulebook.catalogue),
    "judge": answer_judge,
    "deadline": answer_deadline,
    "diff": answer_diff,
    "explain": answer_explain,
}


class Door:
    """A command over a rulebook. `report` is told of our own mistakes: the caller gets an answer in any case."""

    def __init__(self, command: str, rulebook: Rulebook, report: Callable[[str], None] = lambda text: None) -> None:
        self._answer = COMMANDS[command]
        self._rulebook = rulebook
        self._report = report

    def answer_lines(self, lines: Iterable[str]) -> Iterator[bytes]:
        """One answer for each line that is not blank, in the same order, each ending with a newline."""
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
            if text.strip():
                yield self.answer_line(text, number)

    def answer_line(self, line: str, number: int = 1) -> bytes:
        """The answer to one line; `number` is named when the line itself cannot be read."""
        request: Request = {}
        try:
            request = decode(line)
            answer = {"id": request.get("id"), **self._answer(request, self._rulebook)}
        except UnreadableLine as error:
            answer = _refusal({}, RequestError(error.code, f"第 {number} 行：{error.detail}"))
        except RequestError as error:
            answer = _refusal(request, error)
        except Exception:
            # One request that finds a mistake of ours must not take the others with it.
            self._report(f"line {number}\n{traceback.format_exc()}")
            answer = _refusal(request, RequestError("internal_error", "程序内部出错，这一条没有结论；请保留原文并报告"))
        return encode(answer) + b"\n"


class UnreadableLine(RequestError):
    """A line is not a JSON value that can be taken exactly."""


def decode(line: str) -> dict[str, Any]:
    """A JSON object with exact numbers. Raises `UnreadableLine` for anything else, and for a key that stands twice in one object."""
    if len(line) > LONGEST_LINE:
        raise UnreadableLine("line_too_long", f"超过 {LONGEST_LINE} 个字符，请分成多行")
    if _depth(line) > _DEEPEST:
        raise UnreadableLine("too_deep", f"嵌套超过 {_DEEPEST} 层")
    try:
        value = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        raise UnreadableLine("bad_json", f"不是合法的 JSON（第 {error.colno} 个字符处：{_said(error.msg)}）") from error
    except ValueError as error:
        raise UnreadableLine("bad_json", "数字位数过多") from error
    if not isinstance(value, dict):
        raise UnreadableLine("not_an_object", "每行应为一个 JSON 对象，写作 {…}")
    return value


def encode(answer: Answer) -> bytes:
    """An answer as one line of UTF-8, Chinese as it is, without the newline."""
    try:
        return msgspec.json.encode(answer)
    except (UnicodeEncodeError, OverflowError):
        # Half a character or an integer of many digits that the request brought along goes back as it came.
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=str)
        return text.encode("utf-8", "backslashreplace")


def _refusal(request: Request, error: RequestError) -> Answer:
    return {"id": request.get("id"), "error": {"code": error.code, "detail": error.detail}}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableLine("duplicate_field", f"“{twice}”在同一个对象里写了两次，不知道以哪个为准；只留一个")
    return found


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise UnreadableLine("bad_json", f"“{text}”不是可用的数字") from error


def _no_number(text: str) -> NoReturn:
    raise UnreadableLine("bad_json", f"{text} 不是 JSON 数字；不知道的值写 null 或不写")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_no_number)


def _depth(line: str) -> int:
    """An upper bound of the nesting, counted only where it could matter: the decoder itself must not run out of stack."""
    opened = line.count("[") + line.count("{")
    if opened <= _DEEPEST:
        return opened
    deepest = depth = 0
    in_text = is_escaped = False
    for sign in line:
        if in_text:
            if is_escaped:
                is_escaped = False
            elif sign == "\\":
                is_escaped = True
            elif sign == '"':
                in_text = False
        elif sign == '"':
            in_text = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


_JSON_WORDS = {
    "Expecting value": "这里缺少一个值",
    "Expecting property name enclosed in double quotes": "键要用双引号括起来",
    "Expecting ':' delimiter": "这里缺少冒号",
    "Expecting ',' delimiter": "这里缺少逗号",
    "Extra data": "一行只能有一个 JSON 对象",
    "Unterminated string starting at": "字符串没有收尾的双引号",
    "Invalid control character at": "字符串里有换行或制表符，应写作 \\n、\\t",
    "Illegal trailing comma before end of object": "最后一项后面多了逗号",
    "Illegal trailing comma before end of array": "最后一项后面多了逗号",
}


def _said(message: str) -> str:
    return _JSON_WORDS.get(message, "写法不对")
