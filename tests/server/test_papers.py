"""Issued papers: frozen, verifiable, and closed to guessers."""

import msgspec
import pytest
from sqlalchemy import update

from rules.terms import DocumentKind
from server.canonical import sha256_hex
from server.errors import NotFound
from server.ids import new_id
from server.models.orders import IssuedPaper
from server.papers import check_code, freeze_paper, get_paper, is_intact, list_papers, read_value, withdraw_papers
from tests.cast import World


class Content(msgspec.Struct, frozen=True):
    """A paper's values."""

    title: str
    items: tuple[str, ...]


VALUE = Content("通知", ("甲", "乙"))


def issue(world: World, subject_id: object = None) -> IssuedPaper:
    """A paper addressed to enterprise A."""
    with world.work_as("office") as work:
        return freeze_paper(
            work,
            kind=DocumentKind.RECTIFICATION_NOTICE,
            subject_kind="rectification_order",
            subject_id=subject_id if subject_id is not None else new_id(),  # type: ignore[arg-type]
            enterprise_id=world.enterprise_id,
            document_number="示经开安办改〔2026〕1号",
            template_version="rectification_notice/1",
            value=VALUE,
        )


def test_the_same_values_give_the_same_digest_and_come_back_whole(world: World) -> None:
    first, second = issue(world), issue(world)
    assert first.sha256 == second.sha256 == sha256_hex(first.value)
    assert first.verification_code != second.verification_code
    with world.work_as("enterprise", write=False) as work:
        assert read_value(get_paper(work, first.id), Content) == VALUE


def test_a_code_tells_number_date_and_state_however_it_is_typed_and_nothing_more(world: World) -> None:
    paper = issue(world)
    typed = f" {paper.verification_code[:5].lower()}-{paper.verification_code[5:]} "
    with world.work_as("outsider", write=False) as work:
        found = check_code(work.session, typed)
    assert found is not None
    assert (found.document_number, found.intact, found.withdrawn_on) == (paper.document_number, True, None)
    assert not {"value", "enterprise_id", "subject_id"} & set(msgspec.structs.asdict(found))


@pytest.mark.parametrize("code", ["", "A" * 20, "%" * 20, "' OR 1=1 --", "2" * 19, "2" * 2000])
def test_a_code_nobody_was_given_finds_nothing(sqlite_world: World, code: str) -> None:
    issue(sqlite_world)
    with sqlite_world.work_as("office", write=False) as work:
        assert check_code(work.session, code) is None


def test_values_changed_behind_our_back_are_called_so(world: World) -> None:
    paper = issue(world)
    with world.database.write() as connection:
        connection.execute(
            update(IssuedPaper).where(IssuedPaper.id == paper.id).values(value=paper.value.replace("甲".encode(), "丙".encode()))
        )
    with world.work_as("office", write=False) as work:
        assert not is_intact(get_paper(work, paper.id))
        found = check_code(work.session, paper.verification_code)
    assert found is not None
    assert not found.intact


def test_withdrawn_papers_stay_and_say_so(world: World) -> None:
    subject = new_id()
    papers = [issue(world, subject), issue(world, subject)]
    other = issue(world)
    world.clock.advance(days=1)
    with world.work_as("office") as work:
        withdraw_papers(work, subject)
        assert {one.id for one in list_papers(work, subject)} == {one.id for one in papers}
        assert all(one.withdrawn_at is not None for one in list_papers(work, subject))
        assert get_paper(work, other.id).withdrawn_at is None


@pytest.mark.parametrize("who", ["outsider", "foreign_office", "screener", "liaison", "admin"])
def test_others_do_not_read_a_paper(world: World, who: str) -> None:
    subject = new_id()
    paper = issue(world, subject)
    with world.work_as(who, write=False) as work:
        assert list_papers(work, subject) == []
        with pytest.raises(NotFound):
            get_paper(work, paper.id)
