"""Every page controller, listed once."""

from litestar.types import ControllerRouterHandler

from server.pages.login import LoginPages

PAGES: list[ControllerRouterHandler] = [LoginPages]
