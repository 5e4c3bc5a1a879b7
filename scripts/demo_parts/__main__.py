"""`scripts/demo`: set the demonstration up where it is not, serve it, and stop when asked to."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from scripts.demo_parts.options import Options, first_possible_day, is_port_free, read_options
from scripts.demo_parts.people import PRINTED_ENTERPRISES, safety_username
from scripts.demo_parts.seeding import NotOurs, Size, check_pictures, compare_catalogues, find_end, remove_demonstration, seed
from scripts.demo_parts.serving import ServerFailed, running_server, serve_until_stopped, stop_politely, welcome
from server.clock import Clock
from server.db import Database
from server.models import Account, Enterprise
from server.settings import Settings

if sys.platform != "win32":
    import fcntl

TOKEN_FILE = "phone-token"  # noqa: S105 - a file's name


class Progress:
    """Says what is being done: on one line of a terminal, or every tenth elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._what = ""
        self._tenth = -1

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far it is."""
        tenth = done * 10 // total
        if what != self._what:
            self._finish_line()
            self._what, self._tenth = what, -1
        if tenth == self._tenth and not self._is_terminal:
            return
        self._tenth = tenth
        if self._is_terminal:
            print(f"\r{what}…… {done * 100 // total}%", end="", file=sys.stderr, flush=True)
        elif tenth in (0, 5, 10):
            print(f"{what}…… {tenth * 10}%", file=sys.stderr, flush=True)

    def _finish_line(self) -> None:
        if self._what and self._is_terminal:
            print(file=sys.stderr)

    def end(self) -> None:
        """The last line is finished."""
        self._finish_line()
        self._what = ""


def main(arguments: Sequence[str]) -> int:
    """Run the demonstration; returns the exit code."""
    options = read_options(arguments)
    stop_politely()
    if not is_port_free(options.port):
        print(
            f"端口 {options.port} 已被占用（也许演示已经开着）。\n"
            f"请换一个端口：scripts/demo --port {options.port + 1 if options.port < 65535 else 8001}\n"
            f"或先停掉占用它的程序（查看：lsof -i :{options.port}）。",
            file=sys.stderr,
        )
        return 1
    try:
        return _run(options)
    except (NotOurs, ServerFailed) as error:
        print(error, file=sys.stderr)
    except OperationalError as error:
        print(f"连不上数据库：{error.orig}\n请核对 --database 的地址和数据库是否已启动。", file=sys.stderr)
    except KeyboardInterrupt:
        print("\n已停止。没有做完的部分下次启动会重新做。", file=sys.stderr)
        return 130
    return 1


def _run(options: Options) -> int:
    options.data.mkdir(parents=True, exist_ok=True)
    with _alone_in(options.data):
        return _set_up_and_serve(options)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the data folder for one demonstration. Raises `NotOurs` when another has it; without file locks (Windows) nothing is held."""
    with (folder / ".lock").open("w") as lock:
        if sys.platform != "win32":
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotOurs(f"{folder} 里的演示已经开着。先停掉它，或用 --data 换一个文件夹。") from None
        yield


def _set_up_and_serve(options: Options) -> int:
    settings = Settings(data_folder=options.data, database_url=options.database)
    database = Database(settings.database_address)
    try:
        ends_on = _prepare(options, settings, database)
        names = _printed_enterprises(database)
    finally:
        database.close()
    token_file = options.data / TOKEN_FILE
    with running_server(options, ends_on) as server:
        said = welcome(options, ends_on, names, token_file.read_text().strip() if token_file.exists() else "")
        serve_until_stopped(server, options.data / "server.log", said)
    print("\n演示已停止。", file=sys.stderr)
    return 0


def _prepare(options: Options, settings: Settings, database: Database) -> date:
    """Fonts, database, park; returns the day the story ends."""
    if options.fresh:
        remove_demonstration(database, settings)
    known = find_end(database)
    if known is not None and options.today not in (None, known):
        raise NotOurs(f"已有的演示停在 {known}。要换到 {options.today}，请加 --fresh 从头再来，或用 --data 换一个文件夹。")
    subprocess.run([sys.executable, "-m", "reports.fonts", "--folder", str(options.fonts)], check=True)
    ends_on = known or options.today or Clock().today()
    if known is None:
        _seed(options, settings, database, ends_on)
    check_pictures(database, settings)
    compare_catalogues(database, ends_on)
    return ends_on


def _seed(options: Options, settings: Settings, database: Database, ends_on: date) -> None:
    if ends_on < first_possible_day():
        raise NotOurs(f"这台机器的日期是 {ends_on}，早于检查表施行半年后；请校准时钟，或用 --today 指定日期。")
    started = time.monotonic()
    progress = Progress()
    token = seed(database, settings, ends_on, Size(), progress)
    progress.end()
    token_file = options.data / TOKEN_FILE
    token_file.touch(mode=0o600)
    token_file.write_text(token)
    print(f"演示园区建好了，用时 {time.monotonic() - started:.0f} 秒。", file=sys.stderr)


def _printed_enterprises(database: Database) -> list[str]:
    usernames = [safety_username(place) for place in range(PRINTED_ENTERPRISES)]
    query = select(Account.username, Enterprise.name).join(Enterprise, Enterprise.id == Account.enterprise_id)
    with database.read() as connection:
        names = {row.username: row.name for row in connection.execute(query.where(Account.username.in_(usernames)))}
    return [names[one] for one in usernames]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
