"""On what does a rule rest?

Every entry of law carries a `LegalBasis`: which text, which clause, in force from when, read where, and whether somebody compared it
with the official text. `verified` travels with the entry to the printed page; nothing here decides what an unverified clause may do.
"""

from datetime import date

import msgspec


class LegalBasis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A citation. `standard` is the title, `doc_no` its number, `clause` the article or item, `source` where it was read.

    `effective_from` is the first day in force, `repealed_on` the first day no longer in force. `verified` is true only when the clause
    was seen as published or reprinted; `note` says what is still open.
    """

    standard: str
    clause: str
    effective_from: date
    source: str
    verified: bool
    doc_no: str = ""
    repealed_on: date | None = None
    superseded_by: str = ""
    note: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether the text binds on that day: [effective_from, repealed_on)."""
        return self.effective_from <= on and (self.repealed_on is None or on < self.repealed_on)

    @property
    def citation(self) -> str:
        """The citation as printed: 《title》（number）clause."""
        number = f"（{self.doc_no}）" if self.doc_no else ""
        return f"《{self.standard}》{number}{self.clause}"
