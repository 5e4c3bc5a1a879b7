"""Writers who share a commit: everybody's work is kept or refused alone, and nobody is told of success before the commit."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from server.db import Database


@pytest.fixture
def database(tmp_path: Path) -> Any:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE kept (name TEXT PRIMARY KEY)"))
    yield database
    database.close()


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        return [row[0] for row in connection.execute(text("SELECT name FROM kept ORDER BY name"))]


def _write(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO kept VALUES (:name)"), {"name": name})


def _in_one_batch(database: Database, first: Any, *others: Any) -> list[BaseException | None]:
    """Hold the first writer inside its block until all others wait, so that they share its transaction."""
    outcomes: list[BaseException | None] = [None] * (1 + len(others))
    inside = threading.Event()

    def run(index: int, task: Any) -> None:
        try:
            task()
        except BaseException as error:
            outcomes[index] = error

    def hold_and_go() -> None:
        def wait_for_the_others() -> None:
            inside.set()
            while database._waiting < len(others):
                pass

        first(wait_for_the_others)

    threads = [threading.Thread(target=run, args=(0, hold_and_go))]
    threads[0].start()
    inside.wait(5)
    for index, task in enumerate(others, 1):
        threads.append(threading.Thread(target=run, args=(index, task)))
        threads[-1].start()
    for thread in threads:
        thread.join(10)
    return outcomes


def test_a_writer_who_fails_in_a_shared_transaction_takes_nobody_with_it(database: Database) -> None:
    def first(pause: Any) -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO kept VALUES ('first')"))
            pause()

    def failing() -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO kept VALUES ('failing')"))
            raise RuntimeError("went wrong")

    outcomes = _in_one_batch(database, first, failing, lambda: _write(database, "third"))
    assert [type(one) for one in outcomes] == [type(None), RuntimeError, type(None)]
    assert _names(database) == ["first", "third"]


def test_a_first_writer_who_fails_leaves_the_others_a_clean_start(database: Database) -> None:
    def first(pause: Any) -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO kept VALUES ('first')"))
            pause()
            raise RuntimeError("went wrong")

    outcomes = _in_one_batch(database, first, lambda: _write(database, "second"))
    assert [type(one) for one in outcomes] == [RuntimeError, type(None)]
    assert _names(database) == ["second"]


def test_nobody_returns_before_the_shared_commit(database: Database) -> None:
    seen: list[list[str]] = []

    def first(pause: Any) -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO kept VALUES ('first')"))
            pause()
        seen.append(_names(database))

    def second() -> None:
        _write(database, "second")
        seen.append(_names(database))

    assert _in_one_batch(database, first, second) == [None, None]
    assert all("first" in names and "second" in names for names in seen)


def test_when_the_shared_commit_fails_everybody_is_told_and_the_next_writer_starts_afresh(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"))

    def first(pause: Any) -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO kept VALUES ('first')"))
            pause()

    def breaks_the_commit() -> None:
        with database.write() as connection:
            connection.execute(text("INSERT INTO child VALUES (99)"))

    outcomes = _in_one_batch(database, first, breaks_the_commit)
    assert all(outcome is not None and "FOREIGN KEY" in str(outcome) for outcome in outcomes)
    assert _names(database) == []
    _write(database, "later")
    assert _names(database) == ["later"]


def test_many_writers_at_once_are_all_kept(database: Database) -> None:
    def write_fifty(start: int) -> None:
        for number in range(50):
            _write(database, f"{start}-{number}")

    threads = [threading.Thread(target=write_fifty, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_names(database)) == 400
