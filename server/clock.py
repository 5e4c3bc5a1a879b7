"""What time is it, and what day is it in the park?

Injected everywhere, so a test or a demonstration can hold the day still. Instants are aware UTC; days are Asia/Shanghai, the only
zone the parks live in (workflow facts, date rule five).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one zone without summer time since 1991, so a fixed offset is exact for our records."""


class Clock:
    """The injected clock. `now` gives the instant in UTC, `today` the day in the park."""

    def __init__(self, read: Callable[[], datetime] | None = None) -> None:
        self._read = read or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """The instant, in UTC."""
        return self._read()

    def today(self) -> date:
        """The day in the park."""
        return day_of(self._read())


def day_of(instant: datetime) -> date:
    """The day in the park on which an instant falls."""
    return instant.astimezone(CHINA).date()


def clock_on(day: date) -> Clock:
    """A clock that keeps real time of day but always on `day`; for demonstrations and tests."""

    def read() -> datetime:
        local = datetime.now(CHINA)
        return datetime.combine(day, local.timetz()).astimezone(UTC)

    return Clock(read)
