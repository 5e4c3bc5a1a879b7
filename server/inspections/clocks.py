"""On which day was a check made, and can the phone's clock be believed?

The phone's own time, GPS time and the server's are kept apart. A document is frozen when it is finished and may be sent much later, so its
age says nothing about the clock; only a comparison does: GPS time read beside the phone's time, the time the phone states with each call,
or a document from the future. A clock that is wildly off gives its day to GPS time or, without it, to the day of arrival.
"""

from datetime import date, datetime, timedelta

import msgspec

from server.clock import day_of
from server.inspections.field_values import read_instant
from server.inspections.marks import CLOCK_TOLERANCE_SECONDS, CLOCK_WILD_SECONDS, LATE_SECONDS, OLDEST_BELIEVED_SECONDS, Mark
from server.inspections.schemas import ClockReading

_TOLERANCE = timedelta(seconds=CLOCK_TOLERANCE_SECONDS)
_WILD = timedelta(seconds=CLOCK_WILD_SECONDS)
_LATE = timedelta(seconds=LATE_SECONDS)
_OLDEST = timedelta(seconds=OLDEST_BELIEVED_SECONDS)
_OLDEST_GPS = timedelta(days=366)


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """When a check was made as far as can be known. `at` is the best instant for it; the day is the park's."""

    day: date
    at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    marks: frozenset[Mark]

    @property
    def is_believed(self) -> bool:
        """Whether the phone's own times may be used."""
        return Mark.CLOCK_WILD not in self.marks


def read_times(*, started: str, finished: str, clock: ClockReading | None, sent_device_at: datetime | None, received_at: datetime) -> Times:
    """The times of a check. `sent_device_at` is the phone's time as it made the call, when it said so."""
    started_at, finished_at = read_instant(started), read_instant(finished)
    device_at = None if clock is None else read_instant(clock.device_at)
    gps_at = None if clock is None else read_instant(clock.gps_at)
    if gps_at is not None and not received_at - _OLDEST_GPS <= gps_at <= received_at + _TOLERANCE:
        gps_at = None
    stated = [text for text in (started, finished, "" if clock is None else clock.device_at) if text]
    known = [instant for instant in (finished_at, device_at, started_at) if instant is not None]
    marks: set[Mark] = set()
    offset = _offset(known, device_at, gps_at, sent_device_at, received_at)
    if len(known) < len(stated) or not known or offset is None or offset > _WILD:
        marks.add(Mark.CLOCK_WILD)
    elif offset > _TOLERANCE or (started_at is not None and finished_at is not None and finished_at < started_at):
        marks.add(Mark.CLOCK_OFF)
    at = (gps_at or received_at) if Mark.CLOCK_WILD in marks else min(known[0], received_at)
    if received_at - at > _LATE:
        marks.add(Mark.LATE_ARRIVAL)
    return Times(day=day_of(at), at=at, started_at=started_at, finished_at=finished_at, marks=frozenset(marks))


def _offset(
    known: list[datetime],
    device_at: datetime | None,
    gps_at: datetime | None,
    sent_device_at: datetime | None,
    received_at: datetime,
) -> timedelta | None:
    """How far the phone's clock is off by the best evidence there is; None when it cannot be right."""
    offsets = [instant - received_at for instant in known if instant > received_at]
    if device_at is not None and gps_at is not None:
        offsets.append(abs(device_at - gps_at))
    if sent_device_at is not None:
        offsets.append(abs(sent_device_at - received_at))
    if not offsets and known and received_at - min(known) > _OLDEST:
        return None
    return max(offsets, default=timedelta())
