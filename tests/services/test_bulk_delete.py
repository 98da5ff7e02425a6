"""Many rows into the trash at once: what goes along, what is refused, what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, NotAllowed, RuleBroken
from studentadmin.services import bulk_delete
from studentadmin.services.bulk_delete import Radius
from studentadmin.services.organisation import organisations
from studentadmin.services.person import people, student_contacts
from studentadmin.services.student import students
from studentadmin.services.unit import Actor, Written, write
from tests.factories import SYSTEM, Register
from tests.queries import count_queries
from tests.registers import rolled_back, snapshot
from tests.services.doing import do, take_back


def quiet(_done: int, _all: int) -> None:
    """Nobody watches."""


def look(rows: Iterable[Any], service: Any = students, by: Actor = SYSTEM) -> Radius:
    return bulk_delete.look(by, service, [row.id for row in rows], quiet)


def remove(radius: Radius, service: Any = students) -> Written[int]:
    return write(
        lambda unit: bulk_delete.remove_rows(unit, service, radius.changed, quiet),
        by=SYSTEM,
        why="bulk delete",
    )


@pytest.fixture
def families(register: Register) -> list[Any]:
    """Three students with an enrolment, a mother, and a father whom two of them share."""
    place, level = register.homeroom(), register.grade_level()
    where = {
        "organisation_id": place.organisation_id,
        "academic_session_id": place.academic_session_id,
        "grade_level_id": level.id,
    }
    father = register.person(given_name="Paul")
    found = [register.student(given_name=name) for name in ("Ann", "Ben", "Cleo")]
    for student in found:
        register.enrolment(student, **where)
        register.contact(student, register.person())
    for student in found[:2]:
        register.contact(student, father, relation="father")
    return found


def test_the_radius_counts_what_goes_along(families: list[Any], session: Session) -> None:
    was = snapshot(session)
    radius = look(families)
    assert snapshot(session) == was
    assert [one.id for one in radius.changed] == [student.id for student in families]
    assert {c.table: c.count for c in radius.along} == {"enrolment": 3, "student_contact": 5}
    assert radius.names == ["Ann Klein", "Ben Klein", "Cleo Klein"]
    assert all(0 < len(c.samples) <= 3 for c in radius.along)


def test_it_ends_as_one_by_one_and_is_taken_back(families: list[Any], session: Session) -> None:
    was = snapshot(session)
    keys = [student.id for student in families]
    with rolled_back():
        do(lambda unit: [students.remove(unit, key) for key in keys])
        expected = _without_instants(snapshot(session))
    written = remove(look(families))
    assert _without_instants(snapshot(session)) == expected
    take_back(written)
    assert snapshot(session) == was


def _without_instants(found: Any) -> Any:
    return {
        table: {key: row | {"deleted_at": row["deleted_at"] is None} for key, row in rows.items()}
        for table, rows in found.items()
    }


def test_what_others_need_is_refused_and_left_out(families: list[Any], register: Register) -> None:
    alone = register.person(given_name="Zoe")
    needed = families[0]
    mother = register.person(given_name="Mia")
    register.contact(needed, mother)
    radius = look([alone, mother], people)
    assert [one.id for one in radius.changed] == [alone.id]
    assert radius.refused == 1
    assert radius.refusals[0].label == "Mia Klein"
    assert "still need this one (Mia Klein – Ann Klein)" in radius.refusals[0].message
    remove(radius, people)


def test_the_next_contact_becomes_the_primary_one(families: list[Any], session: Session) -> None:
    """Rules that bring other rows in line run for each of many, too."""
    first = snapshot(session)["student_contact"]
    mothers = [key for key, row in first.items() if row["is_primary"]][:2]
    radius = bulk_delete.look(SYSTEM, student_contacts, mothers, quiet)
    remove(radius, student_contacts)
    after = snapshot(session)["student_contact"]
    live = {k: r for k, r in after.items() if r["deleted_at"] is None}
    assert {r["student_id"] for r in live.values() if r["is_primary"]} == {
        student.id for student in families
    }


def test_any_change_since_is_a_clash(families: list[Any], session: Session) -> None:
    radius = look(families)
    do(lambda unit: students.edit(unit, families[1].id, {"language": "Dutch"}))
    was = snapshot(session)
    with pytest.raises(Clash, match="Ben Klein"):
        remove(radius)
    assert snapshot(session) == was


def test_what_is_needed_since_is_refused(register: Register, session: Session) -> None:
    person = register.person()
    radius = look([person], people)
    register.contact(register.student(), person)
    was = snapshot(session)
    with pytest.raises(RuleBroken, match="still need"):
        remove(radius, people)
    assert snapshot(session) == was


def test_who_may_not_delete_is_not_shown_the_radius(families: list[Any]) -> None:
    with pytest.raises(NotAllowed):
        look(families, by=Actor(1, "Somebody", frozenset({"clerk"})))


def test_parents_go_after_their_children(register: Register) -> None:
    district = register.organisation("District", type="district")
    register.organisation("School", parent_id=district.id)
    assert look([district], organisations).refused == 1


def test_the_cost_does_not_grow_with_the_rows(register: Register) -> None:
    place, level = register.homeroom(), register.grade_level()
    where = {
        "organisation_id": place.organisation_id,
        "academic_session_id": place.academic_session_id,
        "grade_level_id": level.id,
    }

    def cost(many: int) -> list[int]:
        rows = [register.student() for _ in range(many)]
        for row in rows:
            register.enrolment(row, **where)
        found = []
        with count_queries() as seen:
            radius = look(rows)
        found.append(len(seen))
        with count_queries() as seen:
            written = remove(radius)
        found.append(len([s for s in seen if not s.startswith("UPDATE ")]))
        with count_queries() as seen:
            take_back(written)
        found.append(len([s for s in seen if not s.startswith("UPDATE ")]))
        return found

    assert cost(4) == cost(24)
