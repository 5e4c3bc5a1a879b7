"""Coming in through the doors: the real application on the world's database, called as a browser or a phone would."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from server.app import create_app, create_services
from tests.cast import PASSWORD, World
from tests.databases import share_compiled

_PUT_TOGETHER: dict[tuple[Any, ...], list[Litestar]] = {}


@contextmanager
def application(world: World) -> Iterator[Litestar]:
    """The application on the world's database and clock, not yet started."""
    settings = world.settings
    # Putting six hundred routes together takes longer than most tests. What an application is made of beside its services is the key here.
    idle = _PUT_TOGETHER.setdefault((settings.secret, settings.is_https, settings.document_max_bytes), [])
    app = idle.pop() if idle else None
    if app is None:
        app = create_app(settings, world.clock)
    else:
        app.state["services"] = create_services(settings, world.clock)
    database = app.state["services"].database
    share_compiled(database)
    try:
        yield app
    finally:
        database.close()
        idle.append(app)


@contextmanager
def running(world: World) -> Iterator[Litestar]:
    """The application, started."""
    with application(world) as app, TestClient(app):
        yield app


class Browser:
    """One person's browser: signs in, keeps cookies, sends the page's token with every form."""

    def __init__(self, app: Litestar, who: str | None = None) -> None:
        self.client = TestClient(app, raise_server_exceptions=False)
        self.client.headers["accept"] = "text/html"
        if who is not None:
            answer = self.submit("/login", {"username": who, "password": PASSWORD}, page="/login")
            assert answer.status_code in {200, 303}, answer.text
            assert "parksafe_session" in self.client.cookies

    def get(self, address: str) -> Any:
        """Open a page, following redirects."""
        return self.client.get(address, follow_redirects=True)

    def submit(self, address: str, fields: dict[str, Any], *, page: str | None = None, files: Any = None, follow: bool = False) -> Any:
        """Send a form, with the token of `page` (or of any page)."""
        token = self.token(page or "/login")
        return self.client.post(address, data={**fields, "_csrf_token": token}, files=files, follow_redirects=follow)

    def token(self, page: str) -> str:
        """The page token, as the form carries it."""
        if "parksafe_csrf" not in self.client.cookies:
            self.client.get(page, follow_redirects=True)
        return str(self.client.cookies["parksafe_csrf"])


class Phone:
    """One inspector's phone, already enrolled."""

    def __init__(self, app: Litestar, world: World, who: str = "inspector") -> None:
        self.client = TestClient(app, raise_server_exceptions=False)
        self.client.headers["authorization"] = f"Bearer {world.device_tokens[who]}"

    def get(self, address: str, **kwargs: Any) -> Any:
        """GET below `/mobile/v1`."""
        return self.client.get(f"/mobile/v1/{address}", **kwargs)

    def put(self, address: str, **kwargs: Any) -> Any:
        """PUT below `/mobile/v1`."""
        return self.client.put(f"/mobile/v1/{address}", **kwargs)


def visible_text(html: str) -> str:
    """A page's text, without tags, for reading what a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
