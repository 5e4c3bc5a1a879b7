"""Where does another door's page live? Papers and reports are linked by their route's name, never by a guessed address."""

from typing import Any

from litestar import Request
from litestar.exceptions import NoRouteMatchFoundException


def optional_address(request: Request[Any, Any, Any], route_name: str, **parameters: Any) -> str | None:
    """The address of a named route, or None when this installation does not offer it."""
    try:
        return request.app.route_reverse(route_name, **parameters)
    except NoRouteMatchFoundException:
        return None
