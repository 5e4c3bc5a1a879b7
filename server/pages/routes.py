"""Every page controller, listed once."""

from litestar.types import ControllerRouterHandler

from server.pages.accounts import AccountPages, DevicePages, MyPages
from server.pages.login import LoginPages
from server.pages.photos import PhotoPages
from server.pages.rules import RulePages

PAGES: list[ControllerRouterHandler] = [LoginPages, AccountPages, DevicePages, MyPages, PhotoPages, RulePages]
