"""What was asked for on the command line, checked before anything is done."""

import argparse
import os
import socket
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from rules.rulebook import load_rulebook
from scripts.demo_parts.plotting import MONTHS_OF_LIFE

HOST = "127.0.0.1"
DEFAULT_DATA = Path(".data/demo")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for. `today` is None when the demonstration shall keep the day it has, or take the real one."""

    data: Path
    port: int
    database: str
    today: date | None
    fresh: bool

    @property
    def address(self) -> str:
        """Where people and phones reach the demonstration."""
        return f"http://{HOST}:{self.port}"

    @property
    def fonts(self) -> Path:
        """Where the fonts are cached."""
        return Path(os.environ.get("PARKSAFE_FONT_FOLDER") or self.data / "fonts")


def read_options(arguments: Sequence[str]) -> Options:
    """The options. Ends the program with a message in Chinese when one cannot be used."""
    parser = argparse.ArgumentParser(prog="scripts/demo", add_help=False, usage="scripts/demo [选项]（scripts/demo --help 看说明）")
    parser.add_argument("--data", type=_folder, default=DEFAULT_DATA)
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--database", type=_database, default=None)
    parser.add_argument("--today", type=_day, default=None)
    parser.add_argument("--fresh", action="store_true")
    found = parser.parse_args(arguments)
    return Options(data=found.data, port=found.port, database=found.database or "", today=found.today, fresh=found.fresh)


def first_possible_day() -> date:
    """The first day the story can end on: the checklists must have been in force for all of it."""
    first = min(one.effective_from for one in load_rulebook().checklists.templates)
    return first + MONTHS_OF_LIFE + timedelta(days=7)


def is_port_free(port: int) -> bool:
    """Whether we can listen on the port."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
    return True


def _folder(text: str) -> Path:
    path = Path(text)
    if not text.strip():
        raise argparse.ArgumentTypeError("请写一个文件夹")
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} 是一个文件，不是文件夹")
    return path


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"端口应是 1 到 65535 之间的数，不能是 {text!r}")
    return int(text)


def _database(text: str) -> str:
    try:
        kind = make_url(text).get_dialect().name
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} 不是可用的数据库地址，应如 postgresql+psycopg://用户:密码@主机/库名") from error
    if kind not in {"sqlite", "postgresql"}:
        raise argparse.ArgumentTypeError(f"只支持 SQLite 和 PostgreSQL，不支持 {kind}")
    return text


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期应写成 2026-11-22 这样，不能是 {text!r}") from error
    first = first_possible_day()
    if day < first:
        raise argparse.ArgumentTypeError(f"检查表从 2026 年起施行，演示又要往前六个月，所以日期不能早于 {first}")
    return day
