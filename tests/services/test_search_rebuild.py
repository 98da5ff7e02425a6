"""An index that is not there, not whole, or of older rules: noticed, made, and done without."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studentadmin.models.search import (
    search_number,
    search_posting,
    search_state,
    search_suffix,
    search_term,
)
from studentadmin.services import search, search_index, search_rebuild
from studentadmin.services.unit import Unit, derive
from tests.factories import Register

TABLES = (search_term, search_suffix, search_posting, search_number)


def titles(session: Session, text: str) -> list[str]:
    session.rollback()
    return [hit.title for group in search.find(session, text, ("owner",)) for hit in group.hits]


def lose_index() -> None:
    """As after an upgrade from a register without one."""

    def work(session: Session) -> None:
        for table in (*TABLES, search_state):
            session.execute(delete(table))

    derive(work)


def content(session: Session) -> list[Any]:
    """What the index leads to, whatever the keys of its terms."""
    session.rollback()
    postings = (
        select(search_term.c.text, search_posting.c.row_id, search_posting.c.kind)
        .where(search_term.c.id == search_posting.c.term_id)
        .order_by(search_term.c.text, search_posting.c.kind, search_posting.c.row_id)
    )
    numbers = select(search_number).order_by(search_number.c.what, search_number.c.text)
    return [*session.execute(postings), *session.execute(numbers)]


@pytest.fixture
def school(register: Register) -> Register:
    for number in range(7):
        register.student(f"S{number}", family_name="王", given_name="小" + "一二三四五六七"[number])
    register.homeroom("9A")
    register.person(family_name="仇", given_name="芳")
    return register


def test_what_is_made_is_what_was_kept(session: Session, school: Register) -> None:
    kept = content(session)
    lose_index()
    assert not search_index.is_whole(session)
    assert search_rebuild.complete()
    assert search_index.is_whole(session)
    assert content(session) == kept
    assert search_rebuild.rebuild()
    assert content(session) == kept


def test_without_an_index_the_tables_are_read(session: Session, school: Register) -> None:
    lose_index()
    assert titles(session, "王小四") == ["王小四"]
    assert titles(session, "S3") == ["王小四"]
    assert titles(session, "9a") == ["9A"]
    assert titles(session, "wangxiao") == []


def test_one_that_was_stopped_goes_on_where_it_was(
    session: Session, school: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = content(session)
    monkeypatch.setattr(search_rebuild, "BATCH", 3)
    told = []

    def stop(progress: search_rebuild.Progress) -> bool:
        told.append(progress.done)
        return False

    assert not search_rebuild.rebuild(stop)
    assert told == [3]
    assert not search_index.is_whole(session)
    seen: list[search_rebuild.Progress] = []
    school.student("S9", family_name="张", given_name="三")
    assert search_rebuild.complete(lambda progress: seen.append(progress) is None)
    assert seen[-1].done == seen[-1].rows
    assert titles(session, "zhangsan") == ["张三"]
    assert [line for line in content(session) if line not in kept]
    assert [line for line in kept if line not in content(session)] == []


def test_older_rules_are_noticed(
    session: Session, school: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studentadmin.rules.search.VERSION", 2)
    assert not search_index.is_whole(session)
    assert search_rebuild.complete()
    assert search_index.is_whole(session)


def test_the_terminal_makes_it_anew(app: Flask, session: Session, school: Register) -> None:
    lose_index()
    done = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert done.exit_code == 0, done.output
    assert "The search index is whole" in done.output
    assert titles(session, "wangxiaosi") == ["王小四"]


def test_ctrl_c_stops_it(
    app: Flask, school: Register, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    def press(_unit: Unit) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(search_rebuild, "_batch", press)
    done = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert done.exit_code == 1
    assert "Stopped." in done.output
    assert titles(session, "王小四") == ["王小四"]
