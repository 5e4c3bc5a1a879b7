"""Where do ids come from?

Ids are UUIDv7: made where the fact is born, ordered by time, meaningless to people. The printed number is another column.
"""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
