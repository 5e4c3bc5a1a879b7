"""Which entry of the rulebook is meant, and in which line of which file does it stand?

Entries are found by id, name or alias, in the normal form of `requests.py`. The line is found in the packaged file itself, so it
is right whatever was written above it.
"""

from functools import cache

import msgspec

from rules.law_entries import WHOLE_FILE, LawEntry
from rules.law_listing import list_entries
from rules.loading import data_folder, list_tables
from rules.requests import normal_form
from rules.rulebook import Rulebook


class Place(msgspec.Struct, frozen=True):
    """Where an entry stands: the file below `rules/data/` and the line, counted from 1."""

    file: str
    line: int


def look_up(rulebook: Rulebook, named: str) -> tuple[LawEntry, ...]:
    """The entries of that id, then those of that name or alias; several when the same words stand in several lists."""
    by_id, by_name = _index(rulebook)
    wanted = normal_form(named)
    found = by_id.get(wanted, ())
    return (*found, *(one for one in by_name.get(wanted, ()) if one not in found))


def known_names(rulebook: Rulebook) -> tuple[str, ...]:
    """Every id and name in normal form, for suggesting what was meant."""
    by_id, by_name = _index(rulebook)
    return (*by_id, *by_name)


@cache
def _index(rulebook: Rulebook) -> tuple[dict[str, tuple[LawEntry, ...]], dict[str, tuple[LawEntry, ...]]]:
    by_id: dict[str, tuple[LawEntry, ...]] = {}
    by_name: dict[str, tuple[LawEntry, ...]] = {}
    for one in list_entries(rulebook):
        by_id[normal_form(one.id)] = (*by_id.get(normal_form(one.id), ()), one)
        for name in dict.fromkeys(normal_form(text) for text in (one.name, *one.aliases) if text):
            by_name[name] = (*by_name.get(name, ()), one)
    return by_id, by_name


def find_place(entry: LawEntry, rulebook: Rulebook) -> Place | None:
    """The file and line of an entry; None when the file changed since it was read."""
    places = _find_lines(entry.folder, entry.line)
    # Two editions of one entry share their key; they stand in the files in the order in which they were read.
    same = [one for one in look_up(rulebook, entry.id) if (one.kind, one.line) == (entry.kind, entry.line)]
    number = same.index(entry) if entry in same else 0
    return places[number] if number < len(places) else None


@cache
def _find_lines(folder: str, line: str) -> tuple[Place, ...]:
    files = [folder] if folder.endswith(".toml") else list_tables(folder)
    if line == WHOLE_FILE:
        return tuple(Place(file, 1) for file in files)
    return tuple(Place(file, number) for file in files for number in _numbers_of_lines(file).get(line, ()))


@cache
def _numbers_of_lines(file: str) -> dict[str, list[int]]:
    """The numbers of each line of a file."""
    path = data_folder()
    for part in file.split("/"):
        path = path / part
    numbers: dict[str, list[int]] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        numbers.setdefault(text.strip(), []).append(number)
    return numbers
