"""The application, composed: settings, database, photo store, rulebook, the three doors. Imported by no one."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Request, Response, Router
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from mobile_api.contract import ContractPlugin
from mobile_api.router import mobile_router
from reports.downloads import DOWNLOADS
from rules.rulebook import load_rulebook
from server.clock import Clock, clock_on
from server.db import Database
from server.deployment import read_epoch, read_secret
from server.entrance import Services
from server.errors import NotFound
from server.form_gate import FormGate
from server.health import show_health
from server.identity import for_anyone
from server.logs import RequestLog, configure_logs
from server.migrations import migrate
from server.pages import filters
from server.pages.routes import PAGES
from server.photo_store import FolderPhotoStore
from server.problems import answer_problem
from server.settings import Settings, read_settings
from server.upkeep import Upkeep

HERE = Path(__file__).parent
WORKER_THREADS = 24
SWITCH_SECONDS = 0.0005
Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; form-action 'self'",
}


def create_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Open the database (migrated), the photo store and the rulebook."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_address)
    migrate(database)
    with database.write() as connection:
        epoch = read_epoch(connection)
    return Services(settings, database, FolderPhotoStore(settings.photo_folder), clock or _clock(settings), load_rulebook(), epoch)


def create_app(settings: Settings | None = None, clock: Clock | None = None, *, also: Sequence[Lifespan] = ()) -> Litestar:
    """The ASGI application. `clock` is given by tests and demonstrations; what goes on `also` ends before workers and database do."""
    configure_logs()
    settings = settings or read_settings()
    services = create_services(settings, clock)

    @asynccontextmanager
    async def keep_open(_: Litestar) -> AsyncIterator[None]:
        # Handlers wait for disk and database more than they compute; the loop's own pool (six threads on two cores) would let a few long
        # papers hold up every phone.
        with ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="parksafe") as workers:
            asyncio.get_running_loop().set_default_executor(workers)
            # Whoever holds the writers' turn must get the interpreter back soon after each statement, not after five milliseconds.
            sys.setswitchinterval(SWITCH_SECONDS)
            yield
        services.database.close()

    return Litestar(
        route_handlers=[
            *PAGES,
            mobile_router,
            *DOWNLOADS,
            show_health,
            create_static_files_router("/static", directories=[HERE / "static"], opt=for_anyone(), include_in_schema=False),
        ],
        state=State({"services": services}),
        lifespan=[keep_open, *also],
        exception_handlers={Exception: answer_problem},
        middleware=[RequestLog(), FormGate()],
        csrf_config=CSRFConfig(
            secret=settings.secret or read_secret(settings.data_folder),
            cookie_name="parksafe_csrf",
            cookie_secure=settings.is_https,
            cookie_httponly=True,
            exclude=["^/mobile/"],
        ),
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_templates())),
        openapi_config=OpenAPIConfig(
            title="园安 Parksafe 手机端接口",
            version="1",
            # The contract as JSON, and nothing else: the usual viewers load scripts from elsewhere, which a park's network forbids.
            render_plugins=[ContractPlugin()],
            use_handler_docstrings=True,
            openapi_router=Router("/mobile/v1/schema", route_handlers=[], opt=for_anyone(), before_request=_only_the_contract),
        ),
        request_max_body_size=settings.document_max_bytes,
        after_request=_add_security_headers,
        logging_config=None,
        debug=False,
    )


def create_standing_app(settings: Settings | None = None, clock: Clock | None = None) -> Litestar:
    """The application of a process that serves it and does nothing else.

    The rulebook and the routes stay for as long as such a process runs. Looking through their quarter of a million objects for garbage
    would stop every request for a quarter of a second now and then, so they are left out of the search.
    """
    app = create_app(settings, clock, also=[_keep_up])
    gc.collect()
    gc.freeze()
    return app


@asynccontextmanager
async def _keep_up(app: Litestar) -> AsyncIterator[None]:
    services: Services = app.state.services
    upkeep = Upkeep(services.database)
    await upkeep.start()
    try:
        yield
    finally:
        await upkeep.stop()


async def _only_the_contract(request: Request[Any, Any, Any]) -> None:
    if not request.scope["path"].endswith("/openapi.json"):
        raise NotFound


def _clock(settings: Settings) -> Clock:
    return clock_on(date.fromisoformat(settings.today)) if settings.today else Clock()


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters.install(environment)
    return environment


async def _add_security_headers(response: Response[Any]) -> Response[Any]:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
