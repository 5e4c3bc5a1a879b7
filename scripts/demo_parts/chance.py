"""Chance that is the same each time: every random decision of the demonstration comes from a seed."""

from random import Random


def chance_of(seed: int | str) -> Random:
    """A generator for a story, never for a secret."""
    return Random(seed)  # noqa: S311
