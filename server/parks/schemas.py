"""What goes in and out of the park use cases."""

from typing import Any
from uuid import UUID

import msgspec

from rules.terms import PermissionMode


class ParkForm(msgspec.Struct, frozen=True, kw_only=True):
    """A park's settings. `document_prefix` stands before the kind in a document number, e.g. 醴经开安办."""

    name: str
    office_name: str
    document_prefix: str
    permission_mode: str = PermissionMode.NOT_ENTRUSTED
    office_phone: str = ""
    fictional: bool = False


class ZoneForm(msgspec.Struct, frozen=True, kw_only=True):
    """A zone; `outline` is a GeoJSON Polygon or MultiPolygon in WGS-84, or absent."""

    name: str
    outline: dict[str, Any] | None = None


class GridForm(msgspec.Struct, frozen=True, kw_only=True):
    """A safety grid and the officer who walks it."""

    name: str
    zone_id: UUID | None = None
    officer_name: str = ""
    officer_phone: str = ""
