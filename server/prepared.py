"""How does the ingest path run a statement without paying for its construction every time?

A Core statement is compiled once per kind of database; from then on only its parameters and results are turned, and the driver runs it on
the same connection, in the same transaction, with the same errors. For the few statements that are run for every document; everything else
says `connection.execute`.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Executable, Select, Table, bindparam
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

_Turn = Callable[[Any], Any] | None
_FEW, _MANY = 8, 400
"""How many values a statement of `PreparedAmong` asks for at once: one of eight serves nearly every document, larger ones the rest."""


class Prepared:
    """A statement of which every parameter is given by name. Defaults of columns are not applied: an INSERT names every column.

    `make` gets the database's name (sqlite, postgresql) and gives the statement, because their upserts are different classes. `writes` are
    the columns an INSERT fills, `returns` those that come back.
    """

    def __init__(
        self, make: Callable[[str], Executable], *, writes: Sequence[str] = (), returns: Sequence[ColumnElement[Any]] = ()
    ) -> None:
        self._make = make
        self._writes = list(writes) or None
        self._returns = tuple(returns)
        self._ready: dict[str, _Ready] = {}

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """Run it and say how many rows it changed."""
        return int(self._for(connection).execute(connection, parameters).rowcount)

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of the rows."""
        if rows:
            self._for(connection).execute_many(connection, rows)

    def fetch_all(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """Run it and give its rows, by column name."""
        ready = self._for(connection)
        cursor = ready.execute(connection, parameters)
        return [ready.row(cursor, found) for found in cursor.fetchall()]

    def fetch_one(self, connection: Connection, parameters: Mapping[str, Any]) -> Any | None:
        """Run it and give its first row, by column name; None when there is none."""
        ready = self._for(connection)
        cursor = ready.execute(connection, parameters)
        found = cursor.fetchone()
        return None if found is None else ready.row(cursor, found)

    def fetch_value(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Run it and give the one value of its first row. Raises `LookupError` when there is none."""
        row = self.fetch_one(connection, parameters)
        if row is None:
            raise LookupError("no row came back")
        return row[0]

    def _for(self, connection: Connection) -> "_Ready":
        name = connection.dialect.name
        ready = self._ready.get(name)
        if ready is None:
            ready = self._ready.setdefault(name, _Ready(connection, self._make(name), self._writes, self._returns))
        return ready


class PreparedAmong:
    """A prepared SELECT of the rows that have one of some values, however many; a missing place repeats a value.

    `make` gets the values' places in the statement, for `column.in_(places)`.
    """

    def __init__(self, make: Callable[[list[BindParameter[Any]]], Select[Any]], *, returns: Sequence[ColumnElement[Any]]) -> None:
        self._sizes = {size: self._prepare(make, size, returns) for size in (_FEW, _MANY)}

    @staticmethod
    def _prepare(make: Callable[[list[BindParameter[Any]]], Select[Any]], size: int, returns: Sequence[ColumnElement[Any]]) -> Prepared:
        return Prepared(lambda _: make([bindparam(f"among_{place}") for place in range(size)]), returns=returns)

    def fetch_all(self, connection: Connection, values: Collection[Any], parameters: Mapping[str, Any]) -> list[Any]:
        """The rows, in no order between one part of the values and the next. None for no values."""
        size = _FEW if len(values) <= _FEW else _MANY
        rows: list[Any] = []
        for part in _batched(values, size):
            places = {f"among_{place}": part[min(place, len(part) - 1)] for place in range(size)}
            rows += self._sizes[size].fetch_all(connection, {**parameters, **places})
        return rows


def _batched(values: Collection[Any], size: int) -> Iterator[tuple[Any, ...]]:
    """The values in parts of at most that many."""
    rest = iter(values)
    while part := tuple(islice(rest, size)):
        yield part


def run_plain(connection: Connection, text: str) -> None:
    """Run a statement without parameters or result on the driver itself, with the errors of the others."""
    _run(connection, lambda cursor: cursor.execute(text), text, None)


def _run(connection: Connection, run: Callable[[Any], Any], text: str, given: Any) -> Any:
    cursor = connection.connection.cursor()
    try:
        run(cursor)
    except Exception as error:
        dialect = connection.dialect
        family: type[Exception] = dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, given, error, family, dialect=dialect) from error
    return cursor


def insert_on(table: Table, database: str) -> Any:
    """An INSERT that knows ON CONFLICT, in the class of its database."""
    return sqlite_insert(table) if database == "sqlite" else postgresql_insert(table)


class _Ready:
    """A statement's text for one kind of database, and how its parameters and results are turned."""

    def __init__(
        self, connection: Connection, statement: Executable, writes: list[str] | None, returns: tuple[ColumnElement[Any], ...]
    ) -> None:
        dialect = connection.dialect
        compiled = statement.compile(dialect=dialect, column_keys=writes)  # type: ignore[attr-defined]
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only a statement about rows can be prepared")
        self._text = str(compiled)
        self._is_positional = compiled.positional
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        self._turns: list[tuple[str, _Turn]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names or ()
        ]
        # Values written into the statement itself (the fixed new state of an UPDATE) are parameters of their own.
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if bind.value is not None}
        self._dialect = dialect
        self._returns = returns
        self._results: list[_Turn] | None = None
        self._row: Callable[..., Any] = namedtuple("Row", [column.key or "value" for column in returns])  # type: ignore[misc]

    def execute(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        given = self._bind(parameters)
        return _run(connection, lambda cursor: cursor.execute(self._text, given), self._text, given)

    def execute_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        given = [self._bind(row) for row in rows]
        _run(connection, lambda cursor: cursor.executemany(self._text, given), self._text, given)

    def row(self, cursor: Any, found: Sequence[Any]) -> Any:
        results = self._results
        if results is None:
            # What comes back says its own type; on PostgreSQL how a number is turned depends on it.
            results = self._results = [
                column.type.dialect_impl(self._dialect).result_processor(self._dialect, described[1])
                for column, described in zip(self._returns, cursor.description, strict=True)
            ]
        return self._row(*(value if turn is None else turn(value) for value, turn in zip(found, results, strict=True)))

    def _bind(self, parameters: Mapping[str, Any]) -> Any:
        if self._fixed:
            parameters = {**self._fixed, **parameters}
        if self._is_positional:
            return [parameters[name] if turn is None else turn(parameters[name]) for name, turn in self._turns]
        return {name: parameters[name] if turn is None else turn(parameters[name]) for name, turn in self._turns}
