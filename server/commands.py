"""What does an administrator do from the command line?

`parksafe serve` runs the product; `create-park` and `create-admin` begin it; `migrate`, `verify`, `reconcile`, `restored` and `work` keep
it. Every command reads the same `PARKSAFE_*` settings as the server and answers 0 when all is well, 1 when something was found or refused.
"""

import argparse
import getpass
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import uvicorn

from reports.fonts import main as prepare_fonts
from rules.terms import PermissionMode, Role
from server.accounts.schemas import AccountForm
from server.accounts.service import create_account
from server.app import create_services, create_standing_app
from server.db import Database
from server.deployment import start_epoch
from server.entrance import Services
from server.errors import FieldError, InvalidInput, Refusal
from server.events.chain import find_broken_link
from server.impact.service import compare_projects
from server.migrations import migrate
from server.models.parks import Park
from server.parks.schemas import ParkForm
from server.parks.service import create_park, get_park, list_parks, system_actor
from server.photos.service import check_unread_photos
from server.reconcile import GapKind, find_gaps
from server.settings import Settings, SettingsError, read_settings
from server.unit_of_work import begin_work

UNFINISHED_AFTER_SECONDS = 86_400
"""An upload nobody has touched for a day will not be finished."""
PHOTOS_AT_ONCE = 200
DEFAULT_EVERY_SECONDS = 60
_MOST_SHOWN = 50

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit status."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        overrides = {
            name: getattr(options, name) for name in ("data_folder", "database_url", "host", "port") if getattr(options, name, None)
        }
        return command(read_settings(**overrides), options)
    except SettingsError as error:
        return _fail(f"设置有误：{error}")
    except Refusal as refusal:
        return _fail(f"{refusal.title}：{refusal.detail}")
    except KeyboardInterrupt:
        return _fail("已中止")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parksafe", description="园安：园区安全办的后台。设置来自 PARKSAFE_* 环境变量。")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", dest="data_folder", type=Path, help="数据文件夹（代替 PARKSAFE_DATA_FOLDER）")
    common.add_argument("--database", dest="database_url", help="数据库地址（代替 PARKSAFE_DATABASE_URL）")
    commands = parser.add_subparsers(required=True, metavar="命令")

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text, parents=[common])
        one.set_defaults(command=command)
        return one

    serve = add("serve", _serve, "启动服务：先准备中文字体（只需一次）、升级数据库，再开始接受请求")
    serve.add_argument("--host", help="监听地址（代替 PARKSAFE_HOST）")
    serve.add_argument("--port", type=int, help="监听端口（代替 PARKSAFE_PORT）")

    park = add("create-park", _create_park, "新建一个园区")
    _add_park_options(park)

    admin = add("create-admin", _create_admin, "新建管理员账号；还没有园区时先建园区。没有写明的内容会逐项询问")
    _add_park_options(admin)
    admin.add_argument("--username", help="登录名")
    admin.add_argument("--name", help="姓名")
    admin.add_argument("--password-file", type=Path, help="从文件读取密码（- 表示标准输入）；不写则询问，密码不会出现在命令行里")

    add("migrate", _migrate, "把数据库升级到本版本（启动服务时也会自动升级）")
    add("verify", _verify, "逐条核对每个园区的留痕链，指出第一处断开的地方")
    add("reconcile", _reconcile, "核对照片、检查记录和隐患是否都在，列出缺的")
    add("restored", _restored, "从备份恢复以后运行：换一个新的纪元，手机会把恢复点之后交过的记录重新交一遍")
    work = add("work", _work, "定时工作：清理没传完的照片，检查照片能否打开，目录有变化时逐个比对项目")
    rhythm = work.add_mutually_exclusive_group()
    rhythm.add_argument("--once", action="store_true", help="做一遍就结束（默认）")
    rhythm.add_argument("--loop", action="store_true", help="一直做，直到收到停止信号")
    work.add_argument("--every", type=float, default=DEFAULT_EVERY_SECONDS, help=f"--loop 时每隔多少秒做一遍，默认 {DEFAULT_EVERY_SECONDS}")
    return parser


def _add_park_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--park", help="园区名称")
    parser.add_argument("--office", help="安全办名称，印在文书上")
    parser.add_argument("--prefix", help="机关代字，如“醴经开安办”，文号写作“醴经开安办改〔2026〕12号”")
    parser.add_argument("--phone", default="", help="安全办电话，印在文书上")
    modes = "，".join(f"{one.value} {one.label}" for one in PermissionMode)
    parser.add_argument("--mode", default=PermissionMode.NOT_ENTRUSTED.value, choices=list(PermissionMode), help=f"权限模式：{modes}")
    parser.add_argument("--fictional", action="store_true", help="演示园区：页面和文书都会写明“虚构”")


def _ask(question: str, given: str | None) -> str:
    """The given answer, or what somebody types. Raises `InvalidInput` when nobody is there to be asked."""
    if given is not None and given.strip():
        return given.strip()
    if not sys.stdin.isatty():
        raise InvalidInput([FieldError("", f"缺少：{question}（可以在命令行写明，见 --help）")])
    while not (answer := input(f"{question}：").strip()):
        pass
    return answer


@contextmanager
def _opened(settings: Settings) -> Iterator[Services]:
    """The installation's services, on a migrated database, given back afterwards."""
    services = create_services(settings)
    try:
        yield services
    finally:
        services.database.close()


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    prepare_fonts(["--folder", str(settings.fonts)])
    app = create_standing_app(settings)
    _say(f"园安已启动：{settings.public_address}（监听 {settings.host}:{settings.port}，Ctrl+C 停止）")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        access_log=False,
        log_config=None,
        server_header=False,
    )
    return 0


def _create_park(settings: Settings, options: argparse.Namespace) -> int:
    form = _ask_park(options)
    with _opened(settings) as services, begin_work(services.database, services.clock, write=True) as work:
        park = create_park(work, form)
    _say(f"已新建园区：{park.name}")
    return 0


def _ask_park(options: argparse.Namespace) -> ParkForm:
    return ParkForm(
        name=_ask("园区名称", options.park),
        office_name=_ask("安全办名称（印在文书上）", options.office),
        document_prefix=_ask("机关代字（如“醴经开安办”）", options.prefix),
        permission_mode=options.mode,
        office_phone=options.phone,
        fictional=options.fictional,
    )


def _create_admin(settings: Settings, options: argparse.Namespace) -> int:
    with _opened(settings) as services:
        # Everything is asked before the transaction begins: nobody else waits while somebody types.
        parks = _parks(services)
        park_form = None if parks else _ask_park(options)
        park_id = _choose_park(parks, options) if parks else None
        form = AccountForm(
            username=_ask("管理员登录名", options.username),
            name=_ask("管理员姓名", options.name),
            password=_password(options.password_file),
            role=Role.ADMIN,
        )
        with begin_work(services.database, services.clock, write=True) as work:
            if park_form is not None:
                park_id = create_park(work, park_form).id
            if park_id is None:
                raise LookupError("no park was chosen")
            work.act_as(system_actor(park_id))
            create_account(work, form)
            name = get_park(work).name
    _say(f"已在“{name}”新建管理员账号：{form.username}。登录后可为安全办、检查员和企业开账号。")
    return 0


def _choose_park(parks: Sequence[Park], options: argparse.Namespace) -> UUID:
    """The park named, or the only one there is. Raises `InvalidInput`."""
    if options.park is None and len(parks) == 1:
        return parks[0].id
    names = "、".join(park.name for park in parks)
    wanted = _ask(f"园区名称（已有：{names}）", options.park)
    found = next((park for park in parks if park.name == wanted), None)
    if found is None:
        raise InvalidInput([FieldError("park", f"没有名为“{wanted}”的园区，已有：{names}；要新建园区请先运行 create-park")])
    return found.id


def _password(file: Path | None) -> str:
    if file is not None:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8")
        return text.rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidInput([FieldError("password", "缺少密码：请用 --password-file 给出，或在终端里运行")])
    first, second = getpass.getpass("密码（至少 10 个字符）："), getpass.getpass("再输一遍：")
    if first != second:
        raise InvalidInput([FieldError("password", "两次输入的密码不一样")])
    return first


def _migrate(settings: Settings, options: argparse.Namespace) -> int:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_address)
    try:
        migrate(database)
    finally:
        database.close()
    _say("数据库已是本版本。")
    return 0


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    broken = 0
    with _opened(settings) as services:
        for park in _parks(services):
            with services.database.read() as connection:
                link = find_broken_link(connection, park.id)
            if link is None:
                _say(f"{park.name}：留痕链完整。")
            else:
                broken += 1
                _say(f"{park.name}：第 {link.sequence} 条断开：{link.reason}。")
    return 1 if broken else 0


def _parks(services: Services) -> list[Park]:
    with begin_work(services.database, services.clock, write=False) as work:
        return list_parks(work)


def _reconcile(settings: Settings, options: argparse.Namespace) -> int:
    found = 0
    with _opened(settings) as services:
        for park in _parks(services):
            counts = dict.fromkeys(GapKind, 0)
            with services.database.read() as connection:
                for gap in find_gaps(connection, park.id, services.photo_store):
                    counts[gap.kind] += 1
                    if counts[gap.kind] <= _MOST_SHOWN:
                        _say(f"{park.name}：{gap.kind.label}：{gap.what}（{gap.subject_id}）")
            found += sum(counts.values())
            summary = "，".join(f"{kind.label} {count}" for kind, count in counts.items() if count)
            _say(f"{park.name}：{summary or '照片、检查记录和隐患都对得上'}。")
    return 1 if found else 0


def _restored(settings: Settings, options: argparse.Namespace) -> int:
    with _opened(settings) as services:
        with services.database.write() as connection:
            epoch = start_epoch(connection)
        for park in _parks(services):
            with begin_work(services.database, services.clock, write=True) as work:
                work.act_as(system_actor(park.id))
                work.record("park", park.id, "park:restored", epoch=epoch)
    _say("新的纪元已经开始。请重启服务；手机下次联网时会重新核对它交过的记录。")
    return 0


def _work(settings: Settings, options: argparse.Namespace) -> int:
    stop = threading.Event()
    if options.loop:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
    with _opened(settings) as services:
        while True:
            swept, checked = do_timed_work(services, stop)
            compared = compare_projects(services.database, services.clock, stop)
            if swept or checked or compared or not options.loop:
                _say(f"清理没传完的上传 {swept} 个，检查照片 {checked} 张，比对目录变化 {compared} 次。")
            if not options.loop or stop.wait(options.every):
                return 0


def do_timed_work(services: Services, stop: threading.Event) -> tuple[int, int]:
    """Sweep unfinished uploads and check photos nobody looked at, until none is left or somebody asks to stop; how many of each."""
    swept = services.photo_store.sweep(UNFINISHED_AFTER_SECONDS)
    checked = 0
    while not stop.is_set():
        now = check_unread_photos(services.database, services.photo_store, PHOTOS_AT_ONCE)
        checked += now
        if now < PHOTOS_AT_ONCE:
            break
    return swept, checked


if __name__ == "__main__":
    sys.exit(main())
