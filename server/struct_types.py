"""When is a struct's decoder built?

When its module is imported, on one thread. msgspec builds what it needs to know of a struct the first time it decodes one, and two threads
that do so at once can crash the process (seen with msgspec 0.22, about once in forty starts). Whoever decodes structs on worker threads
says so here first.
"""

from typing import Any

import msgspec


def prepare_decoding(*kinds: Any) -> None:
    """Build what msgspec needs to know of these types."""
    for kind in kinds:
        msgspec.json.Decoder(kind)
