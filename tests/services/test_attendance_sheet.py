"""Taking a sheet: what is stored, what is merged, what is refused, what an Undo takes back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.errors import Clash, NotAllowed, RuleBroken
from studentadmin.extensions import db
from studentadmin.models import AttendanceEvent, AttendanceSheet, ChangeRow
from studentadmin.rules.attendance import PRESENT, Mark
from studentadmin.services import undo
from studentadmin.services.attendance_sheet import Group, read_sheet
from studentadmin.services.unit import Actor, write
from tests.conftest import make_user
from tests.factories import SYSTEM
from tests.queries import count_queries
from tests.teaching import MONDAY, SATURDAY, TUESDAY, Teaching, code


@pytest.fixture
def school(app: Flask) -> Teaching:
    return Teaching()


def marks(room: Any, day: date = MONDAY) -> dict[str, Mark]:
    """Students of a class by number, as the sheet shows them; who is present is left out."""
    db.session.rollback()
    db.session.expire_all()
    sheet = read_sheet(db.session, Group(homeroom_id=room.id), day, 0)
    return {line.student.student_number: line.mark for line in sheet.lines if line.mark != PRESENT}


def test_all_present_differs_from_not_taken_and_stores_no_mark(school: Teaching) -> None:
    room, _students = school.room()
    assert read_sheet(db.session, Group(homeroom_id=room.id), MONDAY, 0).taken is None
    written = school.take(room, MONDAY)
    assert read_sheet(db.session, Group(homeroom_id=room.id), MONDAY, 0).taken is not None
    assert db.session.query(AttendanceEvent).count() == 0
    assert written.made.changed == 0


def test_only_rows_that_changed_are_written(school: Teaching) -> None:
    room, (first, second, third) = school.room()
    late, sick = Mark(code(db.session, "L"), 10), Mark(code(db.session, "S"), None, "flu")
    written = school.take(room, MONDAY, {first.id: late, second.id: sick, third.id: PRESENT})
    lines = db.session.query(ChangeRow).filter_by(change_set_id=written.change_set_id)
    assert sorted(line.table_name for line in lines) == [
        "attendance_event", "attendance_event", "attendance_sheet",
    ]  # fmt: skip
    assert marks(room) == {"9A0": late, "9A1": sick}
    again = school.take(
        room, MONDAY, {first.id: late, second.id: PRESENT},
        base={first.id: late, second.id: sick},
    )  # fmt: skip
    lines = db.session.query(ChangeRow).filter_by(change_set_id=again.change_set_id)
    assert {(line.table_name, line.action) for line in lines} == {
        ("attendance_event", "trash"), ("attendance_sheet", "update"),
    }  # fmt: skip
    assert marks(room) == {"9A0": late}
    nothing = school.take(room, MONDAY, {first.id: late}, base={first.id: late})
    assert nothing.change_set_id is None


def test_a_mark_taken_away_and_made_again_is_the_same_row(school: Teaching) -> None:
    room, (first, *_others) = school.room()
    late, absent = Mark(code(db.session, "L")), Mark(code(db.session, "A"))
    school.take(room, MONDAY, {first.id: late})
    school.take(room, MONDAY, {first.id: PRESENT}, base={first.id: late})
    school.take(room, MONDAY, {first.id: absent})
    assert marks(room) == {"9A0": absent}
    assert db.session.query(AttendanceEvent).count() == 1


def test_two_people_merge_and_the_same_student_is_a_clash(school: Teaching) -> None:
    room, (first, second, _third) = school.room()
    late, absent = Mark(code(db.session, "L")), Mark(code(db.session, "A"))
    ann = make_user("teacher", "ann@example.org")
    actor = Actor(ann.id, "Ann", frozenset({"teacher"}))
    school.take(room, MONDAY, {first.id: late}, by=actor)
    # the second person's page showed everybody present
    merged = school.take(room, MONDAY, {first.id: PRESENT, second.id: absent})
    assert merged.made.met_other
    assert marks(room) == {"9A0": late, "9A1": absent}
    with pytest.raises(Clash) as clash:
        school.take(room, MONDAY, {first.id: absent, second.id: late}, base={second.id: absent})
    (found,) = clash.value.clashes
    assert (found.row_id, found.mine, found.theirs) == (first.id, absent, late)
    assert found.who == "Teacher Person"
    assert marks(room) == {"9A0": late, "9A1": absent}
    sheet = db.session.query(AttendanceSheet).one()
    assert sheet.taken_by_id == ann.id
    assert sheet.changed_at is not None


def test_undo_takes_back_the_sheet_and_only_own_marks(school: Teaching) -> None:
    room, (first, second, _third) = school.room()
    late, absent = Mark(code(db.session, "L")), Mark(code(db.session, "A"))
    teacher = make_user("teacher", "t@example.org")
    actor = Actor(teacher.id, "T", frozenset({"teacher"}))
    taken = school.take(room, MONDAY, {first.id: late, second.id: absent}, by=actor)
    with pytest.raises(NotAllowed):
        back(taken.change_set_id, Actor(teacher.id + 1, "U", frozenset({"teacher"})))
    back(taken.change_set_id, actor)
    assert marks(room) == {}
    assert db.session.query(AttendanceSheet).count() == 0
    taken = school.take(room, MONDAY, {first.id: late})
    school.take(room, MONDAY, {first.id: absent}, base={first.id: late})
    with pytest.raises(Clash):
        back(taken.change_set_id, SYSTEM)
    assert marks(room) == {"9A0": absent}


def back(key: int | None, by: Actor) -> None:
    assert key is not None
    db.session.rollback()
    write(lambda unit: undo.undo(unit, key), by=by, why="undo", source="undo", undoes=key)


def test_a_sheet_put_into_the_trash_can_be_taken_anew(school: Teaching) -> None:
    from studentadmin.services.attendance import attendance_sheets

    room, (first, second, _third) = school.room()
    late = Mark(code(db.session, "L"))
    sheet = school.take(room, MONDAY, {first.id: late}).made.sheet
    write(lambda unit: attendance_sheets.remove(unit, sheet.id), by=SYSTEM, why="delete")
    assert marks(room) == {}
    school.take(room, MONDAY, {second.id: late})
    assert marks(room) == {"9A1": late}


@pytest.mark.parametrize(
    ("day", "field"), [(SATURDAY, "date"), (date(2027, 6, 1), "date"), (date(2026, 7, 1), "date")]
)
def test_no_sheet_without_school_or_of_a_day_to_come(
    school: Teaching, day: date, field: str
) -> None:
    room, _students = school.room()
    with pytest.raises(RuleBroken) as error:
        school.take(room, day)
    assert error.value.field == field
    assert db.session.query(AttendanceSheet).count() == 0


def test_who_is_not_in_the_class_that_day_cannot_be_marked(school: Teaching) -> None:
    room, (first, *_others) = school.room()
    stranger = school.student("X1")
    late = Mark(code(db.session, "L"))
    with pytest.raises(RuleBroken):
        school.take(room, MONDAY, {stranger.id: late})
    with pytest.raises(RuleBroken):
        school.take(room, MONDAY, {first.id: Mark(999_999)})
    assert marks(room) == {}


@pytest.mark.parametrize("role", ["viewer", "head"])
def test_who_may_not_take_attendance(school: Teaching, role: str) -> None:
    room, (first, *_others) = school.room()
    someone = Actor(make_user(role).id, "X", frozenset({role}))
    with pytest.raises(NotAllowed):
        school.take(room, MONDAY, {first.id: Mark(code(db.session, "L"))}, by=someone)


def test_students_come_and_go_with_their_enrolment(school: Teaching) -> None:
    room, _students = school.room(students=1)
    level = school.grade_level().id
    left = {"exit_date": MONDAY, "exit_type": "withdrawn"}
    school.seat(school.student("L1", family_name="Left"), room, level, **left)
    school.seat(school.student("N1", family_name="New"), room, level, entry_date=TUESDAY)

    def names(day: date) -> list[str]:
        sheet = read_sheet(db.session, Group(homeroom_id=room.id), day, 0)
        return [line.student.student_number for line in sheet.lines]

    assert names(MONDAY) == ["9A0", "L1"]
    assert names(TUESDAY) == ["9A0", "N1"]


def test_a_section_lists_members_and_visitors_of_the_day(school: Teaching) -> None:
    room, (first, second, third) = school.room()
    section = school.section(room)
    school.member(section, student_id=first.id)
    school.member(section, student_id=second.id, end_date=MONDAY)
    school.member(section, student_id=third.id, begin_date=TUESDAY)
    visitor = school.student("V1", family_name="Visitor")
    school.member(section, student_id=visitor.id, override_reason="guest from abroad")

    def names(day: date) -> list[str]:
        sheet = read_sheet(db.session, Group(section_id=section.id), day, 1)
        return [line.student.student_number for line in sheet.lines]

    assert names(MONDAY) == ["9A0", "9A1", "V1"]
    assert names(TUESDAY) == ["9A0", "9A2", "V1"]


def test_reading_thirty_costs_as_much_as_reading_ten(school: Teaching) -> None:
    costs = []
    for name, size in (("9A", 10), ("9B", 30)):
        room, students = school.room(name, size)
        late = Mark(code(db.session, "L"), 5)
        school.take(room, MONDAY, {student.id: late for student in students[::2]})
        db.session.remove()
        with count_queries() as seen:
            assert len(marks(room)) == size // 2
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 12
