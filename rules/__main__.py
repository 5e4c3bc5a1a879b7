"""`python -m rules`: rulings from the command line, and the check of the data.

Reads JSON Lines from a file or from standard input and writes one JSON answer a line, whatever the lines say; the exit status is 0 even
when lines were refused, and 2 when the input itself cannot be read. `schema` prints what requests and answers look like, `check` looks at
every data file. How a line is answered is `door.py`'s question.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from rules.data_check import check_data
from rules.door import COMMANDS, LONGEST_LINE, Door
from rules.request_schemas import schema_of
from rules.rulebook import load_rulebook

_UNREADABLE = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is returned."""
    asked = _parser().parse_args(arguments)
    if asked.command == "check":
        return _check()
    if asked.command == "schema":
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(schema_of(asked.of)), indent=2) + b"\n")
        return 0
    return _answer(asked.command, asked.file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rules", description="按带日期、带依据的规则数据作出结论。")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, words in _HELP.items():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("file", nargs="?", default="-", help="JSON Lines 文件；不写或写 - 时读标准输入")
    schema = commands.add_parser("schema", help="打印请求和答复的 JSON Schema")
    schema.add_argument("of", choices=list(COMMANDS), help="哪一个命令")
    commands.add_parser("check", help="检查全部数据文件，有错误时指出文件、位置和原因")
    return parser


_HELP = {
    "grade": "风险分级、重大危险源、事故等级、评分表",
    "screen": "项目对照禁限控目录筛查",
    "judge": "重大事故隐患判定",
    "deadline": "期限、届满日、逾期",
    "diff": "两天或两个版本之间，规则有什么变化",
    "explain": "一条规则的内容、依据、来源和改法",
}


def _answer(command: str, file: str) -> int:
    try:
        stream = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115 - closed below, where the lines are read
    except OSError as error:
        return _unreadable(f"不能读取 {file}：{error.strerror or error}")
    door = Door(command, load_rulebook(), lambda text: print(text, file=sys.stderr))  # noqa: T201 - standard error is where it belongs
    out = sys.stdout.buffer
    try:
        with stream:
            for answer in door.answer_lines(_lines(stream)):
                out.write(answer)
                out.flush()
    except UnicodeDecodeError as error:
        return _unreadable(f"{'标准输入' if file == '-' else file} 不是 UTF-8 编码：{error.reason}；请另存为 UTF-8")
    except BrokenPipeError:
        # Whoever read our answers has enough of them; what is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _unreadable(f"读写出错（{file}）：{error.strerror or error}")
    return 0


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream; what is far too long for a line is handed on cut, so that it is refused without being kept."""
    longest = LONGEST_LINE * 4 + 1
    while line := stream.readline(longest):
        if len(line) == longest and not line.endswith(b"\n"):
            while (rest := stream.readline(longest)) and not rest.endswith(b"\n"):
                pass
            yield line.decode("utf-8", "ignore")
        else:
            yield line.decode("utf-8")


def _unreadable(message: str) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - standard error is where it belongs
    return _UNREADABLE


def _check() -> int:
    report = check_data()
    for one in report.mistakes:
        print(f"{one.file}：{one.key}：{one.reason}")  # noqa: T201 - the report is the command's output
    print(report.summary)  # noqa: T201
    return 1 if report.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
