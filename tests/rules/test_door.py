"""Does every line of JSON get its answer, in order, exactly, and whatever stands in it?"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.answer_schemas import ErrorAnswer
from rules.door import COMMANDS, LONGEST_LINE, Door, decode
from rules.request_schemas import SHAPES, schema_of
from rules.rulebook import load_rulebook
from tests.cases_reader import read_cases

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples" / "door"
RULEBOOK = load_rulebook()
LEC = '{"id":"a","on":"2026-05-01","method":"lec","likelihood":3,"exposure":6,"consequence":7}'


def door(command: str = "grade") -> Door:
    def fail(text: str) -> None:
        raise AssertionError(text)

    return Door(command, RULEBOOK, fail)


def answer(line: str, command: str = "grade") -> Any:
    return json.loads(door(command).answer_line(line))


def contains(actual: Any, expected: Any) -> bool:
    """Whether everything expected is there: the named fields of an object, each expected member of a list."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(key in actual and contains(actual[key], value) for key, value in expected.items())
    if isinstance(expected, list) and expected:
        return isinstance(actual, list) and all(any(contains(one, wanted) for one in actual) for wanted in expected)
    return bool(actual == expected)


def run(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    asked = [sys.executable, "-m", "rules", *arguments]
    return subprocess.run(asked, input=given, capture_output=True, cwd=ROOT, env={**os.environ, **environment}, check=False)


def _examples() -> Iterator[Any]:
    for command in COMMANDS:
        asked = (SAMPLES / f"{command}.jsonl").read_text(encoding="utf-8").splitlines()
        expected = (SAMPLES / f"{command}.expected.jsonl").read_text(encoding="utf-8").splitlines()
        for request, wanted in zip_longest(asked, expected):
            yield pytest.param(command, request, wanted, id=f"{command}: {json.loads(wanted)['id']}")


EXAMPLES = list(_examples())


@pytest.mark.parametrize(("command", "request_line", "wanted"), EXAMPLES)
def test_an_example_is_answered_as_written_beside_it(command: str, request_line: str, wanted: str) -> None:
    given = answer(request_line, command)
    assert contains(given, json.loads(wanted)), json.dumps(given, ensure_ascii=False)
    assert next(iter(given)) == "id"


@pytest.mark.parametrize(("command", "request_line", "wanted"), EXAMPLES)
def test_an_example_has_the_shape_of_its_schemas(command: str, request_line: str, wanted: str) -> None:
    request_shape, answer_shape = SHAPES[command]
    given = answer(request_line, command)
    msgspec.convert(given, ErrorAnswer if "error" in given else answer_shape, strict=True)
    if "error" not in given:
        lax = json.loads(request_line)
        msgspec.convert(lax, request_shape, strict=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_schema_names_every_field_and_resolves_within_itself(command: str) -> None:
    schema = schema_of(command)
    text = json.dumps(schema)
    for name in {part.split('"')[0] for part in text.split("#/$defs/")[1:]}:
        assert name in schema["$defs"]
    assert schema["x-error"] == {"$ref": "#/$defs/ErrorAnswer"}
    assert json.loads(run("schema", command).stdout) == schema


def test_numbers_keep_every_digit() -> None:
    assert decode('{"a": 0.1, "b": 1e-3, "c": 12345678901234567890.123456789}') == {
        "a": Decimal("0.1"),
        "b": Decimal("0.001"),
        "c": Decimal("12345678901234567890.123456789"),
    }
    answered = answer(
        '{"id":1,"on":"2026-05-01","method":"gb18218","exposed_persons":0,"items":'
        '[{"name":"液氨","quantity_t":6},{"name":"汽油","quantity_t":60},{"name":"氢气","quantity_t":0.5}]}'
    )
    assert (answered["s"], answered["constitutes"]) == ("1", True)


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("{", "bad_json", "第 3 行"),
        ("grade this", "bad_json", "缺少一个值"),
        ('{"id":"a",}', "bad_json", "第 3 行"),
        ('{"id":"a"} {"id":"b"}', "bad_json", "一行只能有一个"),
        ('{"id":"a","likelihood":NaN}', "bad_json", "NaN"),
        ('{"id":"a","likelihood":-Infinity}', "bad_json", "Infinity"),
        ('{"id":"a","likelihood":1e99999999999999999999}', "bad_json", "数字"),
        ('{"id":"a","likelihood":' + "9" * 5000 + "}", "bad_json", "位数"),
        ('{"id":"a","id":"b"}', "duplicate_field", "id"),
        ('{"id":"a","items":[{"name":"氨","name":"氯"}]}', "duplicate_field", "name"),
        ("[1]", "not_an_object", "对象"),
        ("null", "not_an_object", "对象"),
        ('"lec"', "not_an_object", "对象"),
        ("[" * 100_000, "too_deep", "嵌套"),
        ('{"a":' * 500 + "1" + "}" * 500, "too_deep", "嵌套"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_with_its_number(line: str, code: str, words: str) -> None:
    refused = json.loads(door().answer_line(line, 3))
    assert refused["id"] is None
    assert refused["error"]["code"] == code
    assert words in refused["error"]["detail"]


def test_brackets_inside_a_text_are_no_nesting() -> None:
    assert answer(json.dumps({"id": "[" * 500 + '\\"{', "method": "hazop"}))["error"]["code"] == "unknown_method"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ('"likelihood":"three"', "not_a_number"),
        ('"likelihood":true', "not_a_number"),
        ('"likelihood":[3]', "not_a_number"),
        ('"likelihood":{"a":1}', "not_a_number"),
        ('"likelihood":1e400', "out_of_range"),
        ('"likelihood":-3', "out_of_range"),
        ('"likelihood":3,"on":"2026-02-30"', "not_a_day"),
        ('"likelihood":3,"on":20260501', "not_a_day"),
        ('"likelihood":3,"scheme":7', "not_a_text"),
        ('"likelihood":3,"colour":"red"', "unknown_field"),
        ('"likelihood":null', "missing_field"),
    ],
)
def test_a_field_that_cannot_be_used_is_refused_under_the_requests_own_id(fields: str, code: str) -> None:
    refused = answer('{"id":"case","method":"lec","exposure":6,"consequence":7,' + fields + "}")
    assert refused["id"] == "case"
    assert refused["error"]["code"] == code
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refused["error"]["detail"])


@pytest.mark.parametrize(
    "given", ['"甲"', '""', "7", "0", "null", "1.50", "123456789012345678901234567890", '{"a":[1]}', '"\\ud800"', '"\\u0000"']
)
def test_an_id_comes_back_as_it_came(given: str) -> None:
    refused = answer('{"method":"hazop","id":' + given + "}")
    expected = json.loads(given)
    assert refused["id"] == (given if isinstance(expected, float) else expected)


def test_half_a_character_is_answered_in_valid_utf8() -> None:
    raw = door("explain").answer_line('{"id":"\\ud800","what":"陶\\udfff瓷"}')
    text = raw.decode("utf-8")
    assert json.loads(text)["id"] == "\ud800"
    assert "规则库" in text


def test_chinese_is_not_escaped_and_an_answer_is_one_line() -> None:
    raw = door().answer_line(LEC)
    assert "一般风险".encode() in raw
    assert raw.count(b"\n") == 1
    assert raw.endswith(b"\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_request_is_always_answered_in_the_same_bytes(command: str) -> None:
    asked = (SAMPLES / f"{command}.jsonl").read_text(encoding="utf-8").splitlines()
    if command == "screen":
        files = sorted(path.stem for path in (ROOT / "tests" / "cases").glob("screening_*.toml"))
        cases = [case for file in files for case in read_cases(file)]
        asked += [json.dumps({"id": str(case), "on": str(case.day), **case.given}, ensure_ascii=False, default=str) for case in cases]
    given = "\n".join(asked).encode()
    # Python deals its sets anew in every process; a word or an order that came from one would differ here.
    first, second = (run(command, given=given, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout
    assert len(first.stdout.splitlines()) == len(asked)
    assert b"internal_error" not in first.stdout


def test_a_file_and_standard_input_are_answered_alike() -> None:
    path = SAMPLES / "grade.jsonl"
    done = run("grade", str(path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert (
        done.stdout == run("grade", given=path.read_bytes()).stdout == b"".join(door().answer_lines(path.read_text("utf-8").splitlines()))
    )


def test_blank_lines_byte_order_mark_and_line_ends_of_any_system_do_not_matter() -> None:
    given = "\ufeff" + LEC + "\r\n\r\n   \n" + LEC.replace('"a"', '"b"')
    done = run("grade", given=given.encode())
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    assert run("grade").stdout == b""


def test_ten_thousand_lines_are_answered_in_order_while_they_arrive() -> None:
    asked = [f'{{"id":{n},"on":"2026-05-01","method":"ls","likelihood":{n % 5 + 1},"severity":3}}' for n in range(10_000)]
    asked[5_000] = "no json"

    def lines() -> Iterator[str]:
        for number, line in enumerate(asked):
            served.append(number)
            yield line

    served: list[int] = []
    answers = door().answer_lines(lines())
    assert json.loads(next(answers))["id"] == 0
    assert served == [0]
    ids = [json.loads(one)["id"] for one in answers]
    assert ids == [*range(1, 5_000), None, *range(5_001, 10_000)]


def test_a_caller_may_wait_for_each_answer_before_it_asks_again() -> None:
    with subprocess.Popen([sys.executable, "-m", "rules", "grade"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for name in ("one", "two"):
            running.stdin.write(LEC.replace('"a"', f'"{name}"').encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == name
        running.stdin.close()
        assert running.wait(10) == 0


def test_a_line_far_too_long_is_refused_without_losing_the_next() -> None:
    longest = '{"id":"' + "长" * (LONGEST_LINE + 10) + '"}'
    for line in (longest, longest * 2):
        done = run("grade", given=line.encode() + b"\n" + LEC.encode())
        first, second = (json.loads(one) for one in done.stdout.splitlines())
        assert first["error"]["code"] == "line_too_long"
        assert second["score"] == "126"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe{", "UTF-8"), ('{"id":"甲"}'.encode("gbk"), "UTF-8"), (None, "不能读取")],
    ids=["utf16", "gbk", "no file"],
)
def test_input_that_cannot_be_read_ends_with_two_and_a_word_of_why(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    if content is not None:
        path.write_bytes(LEC.encode() + b"\n" + content)
    done = run("grade", str(path))
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert str(path) in done.stderr.decode()
    assert len(done.stdout.splitlines()) == (content is not None)
    assert run("grade", str(tmp_path)).returncode == 2


def test_an_unknown_command_ends_with_two() -> None:
    assert run("hazop").returncode == 2
    assert run().returncode == 2


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "rules", "grade"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        running.stdin.write((LEC + "\n").encode())
        running.stdin.flush()
        assert running.wait(10) == 0
        assert running.stderr.read() == b""


def test_a_mistake_of_ours_is_reported_and_takes_no_other_line_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(request: Any, rulebook: Any) -> Any:
        if request["id"] == "bad":
            raise ZeroDivisionError
        return {"id": request["id"]}

    monkeypatch.setitem(COMMANDS, "grade", break_down)
    told: list[str] = []
    answers = [json.loads(one) for one in Door("grade", RULEBOOK, told.append).answer_lines(['{"id":"bad"}', '{"id":"good"}'])]
    assert [one.get("error", {}).get("code") for one in answers] == ["internal_error", None]
    assert "ZeroDivisionError" in told[0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("command", COMMANDS)
@given(data=st.data())
def test_whatever_stands_in_a_field_there_is_an_answer_and_never_a_mistake_of_ours(command: str, data: st.DataObject) -> None:
    asked = [json.loads(line) for line in (SAMPLES / f"{command}.jsonl").read_text(encoding="utf-8").splitlines()]
    request = dict(data.draw(st.sampled_from(asked)))
    known = [str(name) for one in schema_of(command)["$defs"].values() for name in one.get("properties", {})]
    for field in data.draw(st.lists(st.sampled_from(sorted({*known, *request})), min_size=1, max_size=3)):
        request[field] = data.draw(json_values)
    answered = answer(json.dumps(request), command)
    assert next(iter(answered)) == "id"
    assert answered.get("error", {}).get("code") != "internal_error"


def test_starting_up_takes_less_than_a_second() -> None:
    best = 9.0
    for _ in range(3):
        begun = time.perf_counter()
        run("grade", given=LEC.encode())
        best = min(best, time.perf_counter() - begun)
    assert best < 1.0


def test_the_words_of_the_answers_do_not_depend_on_the_machines_language() -> None:
    done = run("grade", given=LEC.encode(), LC_ALL="C", LANG="C", PYTHONIOENCODING="ascii")
    assert done.stdout == door().answer_line(LEC)
