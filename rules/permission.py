"""What may this park issue, in which words, and under which number?

A park without entrusted enforcement (mode A) informs and advises: it issues no orders, uses no words of command and gives no remedies
text; entrusted or joint enforcement (B, C) must give remedies. The modes, words, document kinds and letters are in `data/permission/`.
Who may issue a rectification document for which hazards is `workflow.py`'s question; counting numbers without gaps is the server's.
"""

import re
from functools import cache

import msgspec

from rules.loading import RuleDataError, read_table
from rules.references import LegalBasis
from rules.terms import DocumentKind, PermissionMode, Role

_MODES = "permission/modes.toml"
_DOCUMENTS = "permission/documents.toml"
_TITLE = re.compile(r"《[^《》]*》")
_FIRST_YEAR, _LAST_YEAR = 1949, 9999


class UnnumberedDocumentError(ValueError):
    """This kind of document carries no number."""

    def __init__(self, kind: DocumentKind) -> None:
        super().__init__(f"{kind.label}不编文号")
        self.kind = kind


class WordRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A word a mode must not use, the phrases in which it is harmless, and what to write instead."""

    word: str
    instead: str
    exceptions: tuple[str, ...] = msgspec.field(name="except", default=())


class ModeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a permission mode stands on: in whose name, with which staff, which words are out, and the remedies text."""

    mode: PermissionMode
    acts_as: str
    staff: str
    basis: tuple[LegalBasis, ...]
    forbidden: tuple[WordRule, ...] = ()
    remedy: str = ""


class DocumentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of document: its letters (文种代字), the modes that may issue it, copies, signatures and issuing roles."""

    kind: DocumentKind
    modes: tuple[PermissionMode, ...]
    copies: int
    signatures: str
    issued_by: tuple[Role, ...]
    verified: bool
    letters: str = ""
    has_remedy: bool = False


class ForbiddenWord(msgspec.Struct, frozen=True):
    """A forbidden word found in a text: where it begins, counted in characters from 0, and what to write instead."""

    word: str
    position: int
    instead: str


class _ModeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mode: tuple[ModeRule, ...]


class _DocumentFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    document: tuple[DocumentRule, ...]


class Permission:
    """The modes and the kinds of document."""

    def __init__(self, modes: tuple[ModeRule, ...], documents: tuple[DocumentRule, ...]) -> None:
        self.modes = {one.mode: one for one in modes}
        self.documents = {one.kind: one for one in documents}

    def may_issue(self, mode: PermissionMode, kind: DocumentKind) -> bool:
        """Whether a park in this mode may issue this kind of document."""
        return mode in self.documents[kind].modes

    def list_documents(self, mode: PermissionMode) -> tuple[DocumentRule, ...]:
        """Every kind of document a park in this mode may issue."""
        return tuple(one for one in self.documents.values() if mode in one.modes)

    def check_wording(self, mode: PermissionMode, text: str) -> list[ForbiddenWord]:
        """The words this mode must not use, in the order they stand. Titles of laws in 《》 may be cited as they are."""
        rules = self.modes[mode].forbidden
        exempt = [(found.start(), found.end()) for found in _TITLE.finditer(text)]
        for rule in rules:
            for phrase in rule.exceptions:
                exempt.extend((found.start(), found.end()) for found in re.finditer(re.escape(phrase), text))
        hits = [
            ForbiddenWord(rule.word, found.start(), rule.instead)
            for rule in rules
            for found in re.finditer(re.escape(rule.word), text)
            if not any(start <= found.start() and found.end() <= end for start, end in exempt)
        ]
        return sorted(hits, key=lambda hit: (hit.position, hit.word))

    def remedy_text(self, mode: PermissionMode, kind: DocumentKind, government: str, court: str) -> str:
        """The remedies paragraph of a document, "" where none may or need be given.

        `government` is the authority that reviews, `court` the competent court; both are the park's settings.
        """
        remedy = self.modes[mode].remedy
        if not remedy or not self.documents[kind].has_remedy:
            return ""
        return remedy.format(document=kind.label, government=government, court=court)

    def format_document_number(self, office_prefix: str, kind: DocumentKind, year: int, sequence: int) -> str:
        """The printed number: `醴经开安办` + 改 → `醴经开安办改〔2026〕12号`. No leading zeros, no 第, hexagonal brackets.

        Raises `UnnumberedDocumentError`, and ValueError for a year that is not four digits or a sequence below 1.
        """
        letters = self.documents[kind].letters
        if not letters:
            raise UnnumberedDocumentError(kind)
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise ValueError(f"{year} is no year of four digits")
        if sequence < 1:
            raise ValueError("numbers begin with 1")
        return f"{office_prefix}{letters}〔{year}〕{sequence}号"


@cache
def load_permission() -> Permission:
    """Read `data/permission/` once. Raises `RuleDataError` for modes or kinds that are missing or stand twice."""
    modes = read_table(_MODES, _ModeFile).mode
    documents = read_table(_DOCUMENTS, _DocumentFile).document
    if sorted(one.mode for one in modes) != sorted(PermissionMode):
        raise RuleDataError(_MODES, "mode", "each mode must stand exactly once")
    if sorted(one.kind for one in documents) != sorted(DocumentKind):
        raise RuleDataError(_DOCUMENTS, "kind", "each kind of document must stand exactly once")
    for one in documents:
        if not one.modes or not one.issued_by or one.copies < 1:
            raise RuleDataError(_DOCUMENTS, one.kind, "needs a mode, an issuer and at least one copy")
    return Permission(modes, documents)


def check_wording(mode: PermissionMode, text: str) -> list[ForbiddenWord]:
    """`Permission.check_wording` on the packaged data."""
    return load_permission().check_wording(mode, text)


def format_document_number(office_prefix: str, kind: DocumentKind, year: int, sequence: int) -> str:
    """`Permission.format_document_number` on the packaged data."""
    return load_permission().format_document_number(office_prefix, kind, year, sequence)
