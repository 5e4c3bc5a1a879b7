"""How is this installation set up?

One frozen struct, read once from `PARKSAFE_*` variables. Every field is documented here and nowhere else; the README's table is
checked against this file. A wrong value stops the start with the variable's name and what it should look like.
"""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec


class SettingsError(Exception):
    """A `PARKSAFE_*` variable cannot be used; the text names it and says what is expected."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an installation decides. Sizes are in megabytes of 1,000,000 bytes, spans in the unit their name says."""

    data_folder: Path = Path(".data")
    """Where the SQLite database, the photos and the prepared fonts live. Back up this folder whole."""
    database_url: str = ""
    """SQLAlchemy address of the database; empty means SQLite in the data folder. PostgreSQL: `postgresql+psycopg://user:pw@host/name`."""
    font_folder: Path | None = None
    """Where prepared fonts are cached; empty means `fonts` in the data folder. The cache holds nothing private and may be shared."""
    office_font_folders: str = ""
    """Comma-separated folders searched for 仿宋_GB2312, 小标宋, 黑体 and 楷体; empty: the system's own. Noto stands in."""
    public_address: str = "http://127.0.0.1:8000"
    """The address people and phones reach us at; printed in QR codes. With `https:` cookies are marked Secure."""
    host: str = "127.0.0.1"
    """The interface the server listens on. Keep it local behind a reverse proxy that speaks TLS."""
    port: int = 8000
    """The port the server listens on."""
    trusted_proxies: str = "127.0.0.1"
    """Comma-separated addresses of reverse proxies whose X-Forwarded-For is believed (throttling counts per client address)."""
    secret: str = ""
    """Signs the CSRF cookie; at least 32 characters. Empty means: made once and kept in the data folder."""
    session_hours: int = 12
    """How long a browser session lives without being used."""
    photo_max_mb: int = 100
    """The largest photo accepted, in MB. Advertised to phones in the bundle."""
    document_max_mb: int = 8
    """The largest inspection document accepted, in MB, without its photos."""
    form_photo_max_count: int = 12
    """How many photos one reply form takes."""
    login_attempts: int = 8
    """Failed logins for one account name from one address within fifteen minutes before a pause is asked for."""
    set_aside_warn_documents: int = 20
    """From so many documents of one phone kept aside within seven days the office is told to call; nothing is refused."""
    set_aside_warn_mb: int = 20
    """The same by size, in MB of one phone within seven days."""
    today: str = ""
    """A fixed day `YYYY-MM-DD` for demonstrations and tests; empty means the real day."""

    @property
    def database_address(self) -> str:
        """The address the engine opens."""
        return self.database_url or f"sqlite:///{self.data_folder.absolute() / 'parksafe.sqlite3'}"

    @property
    def photo_folder(self) -> Path:
        """Where photo originals and renditions are kept."""
        return self.data_folder / "photos"

    @property
    def fonts(self) -> Path:
        """Where prepared fonts are kept."""
        return self.font_folder or self.data_folder / "fonts"

    @property
    def office_fonts(self) -> tuple[Path, ...]:
        """The folders searched for the fonts of GB/T 9704-2012; none means the operating system's."""
        return tuple(Path(folder.strip()) for folder in self.office_font_folders.split(",") if folder.strip())

    @property
    def is_https(self) -> bool:
        """Whether people reach us over TLS."""
        return self.public_address.startswith("https:")

    @property
    def photo_max_bytes(self) -> int:
        """The largest photo accepted, in bytes."""
        return self.photo_max_mb * 1_000_000

    @property
    def set_aside_warn_bytes(self) -> int:
        """How much of one phone is kept aside within seven days before the office is told, in bytes."""
        return self.set_aside_warn_mb * 1_000_000

    @property
    def document_max_bytes(self) -> int:
        """The largest document accepted, in bytes."""
        return self.document_max_mb * 1_000_000


PREFIX = "PARKSAFE_"


def read_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from `PARKSAFE_*`, then from `overrides`. Raises `SettingsError` naming the variable."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        name = PREFIX + field.name.upper()
        text = source.get(name, "").strip()
        if text:
            try:
                values[field.name] = msgspec.convert(text, field.type, strict=False, dec_hook=_decode_path)
            except msgspec.ValidationError as error:
                raise SettingsError(f"{name}={text!r}: {error}") from error
    unknown = sorted(name for name in source if name.startswith(PREFIX) and name[len(PREFIX) :].lower() not in _FIELDS)
    if unknown:
        known = ", ".join(PREFIX + name.upper() for name in sorted(_FIELDS))
        raise SettingsError(f"unknown setting {', '.join(unknown)}; known are {known}")
    settings = Settings(**(values | overrides))
    if settings.secret and len(settings.secret) < 32:
        raise SettingsError("PARKSAFE_SECRET needs at least 32 characters")
    try:
        date.fromisoformat(settings.today or "2026-01-01")
    except ValueError as error:
        raise SettingsError(f"PARKSAFE_TODAY={settings.today!r} is not a day like 2026-11-22") from error
    return settings


def _decode_path(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)


_FIELDS = {field.name for field in msgspec.structs.fields(Settings)}
