"""Start the server, wait until it answers, say where it is, and stop it cleanly."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType

from scripts.demo_parts.options import HOST, Options
from scripts.demo_parts.people import PASSWORD

_PATIENCE_SECONDS = 60
_STOPPING_SECONDS = 15


class ServerFailed(Exception):
    """The server did not come up or went away; the text says so in Chinese with the end of its log."""


@contextmanager
def running_server(options: Options, ends_on: date) -> Iterator[subprocess.Popen[bytes]]:
    """The server as a process of its own, answering. It is stopped when the block ends."""
    log = options.data / "server.log"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PARKSAFE_")}
    environment |= {
        "PARKSAFE_DATA_FOLDER": str(options.data),
        "PARKSAFE_FONT_FOLDER": str(options.fonts),
        "PARKSAFE_PUBLIC_ADDRESS": options.address,
        "PARKSAFE_HOST": HOST,
        "PARKSAFE_PORT": str(options.port),
        "PARKSAFE_TODAY": ends_on.isoformat(),
    }
    if options.database:
        environment["PARKSAFE_DATABASE_URL"] = options.database
    command = [sys.executable, "-m", "uvicorn", "--factory", "server.app:create_standing_app", "--host", HOST, "--port", str(options.port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "--no-access-log", "--log-level", "warning"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches us alone; we then ask the server to finish what it is doing.
            start_new_session=True,
        )
    try:
        _wait_until_healthy(server, options, log)
        yield server
    finally:
        _stop(server)


def _wait_until_healthy(server: subprocess.Popen[bytes], options: Options, log: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise ServerFailed(f"服务没有启动起来。日志 {log} 的最后几行：\n{_tail(log)}")
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{options.address}/health", timeout=5):  # noqa: S310 - our own address
            return
        time.sleep(0.05)
    raise ServerFailed(f"服务 {_PATIENCE_SECONDS} 秒内没有应答。日志 {log} 的最后几行：\n{_tail(log)}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(_STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def stop_politely() -> None:
    """Let SIGTERM stop us like Ctrl-C does, and Ctrl-C also where a shell started us in the background and had it ignored."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)


def serve_until_stopped(server: subprocess.Popen[bytes], log: Path, said: str) -> None:
    """Say what is to be said; return when somebody asks to stop, be it meanwhile. Raises `ServerFailed` when the server goes away."""
    with contextlib.suppress(KeyboardInterrupt):
        print(said, flush=True)
        code = server.wait()
        raise ServerFailed(f"服务意外停了（退出码 {code}）。日志 {log} 的最后几行：\n{_tail(log)}")


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def welcome(options: Options, ends_on: date, enterprises: Sequence[str], phone_token: str) -> str:
    """What is said once everything runs: addresses, one account per role, how a phone gets in."""
    accounts = [
        ("office", "安全办", "全园待办、定级、签发整改通知书、销号"),
        ("leader", "分管领导", "重大隐患文书签发、重大隐患销号"),
        ("inspector", "检查员", "检查任务、检查记录、复查（另有 inspector2 至 4）"),
        ("enterprise", "企业安全员", f"{enterprises[0]}：签收、回复整改"),
        ("principal", "企业主要负责人", f"{enterprises[0]}：重大隐患由本人提交"),
        *((f"enterprise{n}", "企业安全员", f"{name}（负责人 principal{n}）") for n, name in enumerate(enterprises[1:], start=2)),
        ("screener", "项目筛查员", "项目准入筛查"),
        ("liaison", "警企联络员", "警企联系"),
        ("auditor", "审计", "只看不改"),
        ("admin", "管理员", "账号、手机、园区设置"),
        ("office-b", "另一个园区的安全办", "只看得到邻县工业园（虚构）"),
    ]
    rows = [("账号", "角色", "能看到什么"), *accounts]
    widths = [max(_width(row[column]) for row in rows) for column in range(2)]
    table = [f"  {_pad(row[0], widths[0])}  {_pad(row[1], widths[1])}  {row[2]}" for row in rows]
    table.insert(1, "  " + "─" * (sum(widths) + 40))
    body = f'{{"username":"inspector","password":"{PASSWORD}","device":{{"name":"我的手机"}}}}'
    lines = [
        "",
        f"  园安演示已经开好：示范园区（虚构），演示日期停在 {ends_on.year} 年 {ends_on.month} 月 {ends_on.day} 日",
        "",
        f"  网页      {options.address}/",
        f"  手机接口  {options.address}/mobile/v1",
        f"  健康检查  {options.address}/health",
        "",
        f"  所有账号的密码都是  {PASSWORD}",
        "",
        *table,
        "",
        "  手机登记（得到这台手机自己的凭证，只显示一次）：",
        f"    curl -X POST {options.address}/mobile/v1/enrolments -H 'Content-Type: application/json' \\",
        f"      -d '{body}'",
    ]
    if phone_token:
        lines += ["  也可以直接用王检手机的凭证：", f"    curl {options.address}/mobile/v1/bundle -H 'Authorization: Bearer {phone_token}'"]
    lines += [
        "",
        f"  数据在 {options.data}，服务日志在 {options.data / 'server.log'}",
        "  按 Ctrl-C 停止；再次启动只要几秒，数据都在。",
        "",
    ]
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
