from datetime import date

import pytest

from studentadmin.interchange.plan import Choices
from studentadmin.interchange.preview import FieldChange, Outcome
from studentadmin.rules.dates import Order
from studentadmin.services.student import students
from studentadmin.services.unit import write
from tests.interchange.conftest import SYSTEM

HEAD = "Student Number,Last Name,First Name,Birth date"
PLACES = "Student Number,Last Name,School,Grade,Entry date,Status"


def outcomes(preview):
    return [row.outcome.value for row in preview.rows]


def test_new_changed_and_same(register, look):
    register.student("S1", birth_date=date(2012, 4, 2))
    register.student("S2")
    preview = look(f"{HEAD}\ns1,Klein,Ora,2012-04-02\nS2,Klein,Ore,2012-04-02\nS3,Todd,Daisy,\n")
    assert outcomes(preview) == ["same", "changed", "new"]
    assert preview.rows[1].changes == (
        FieldChange("given_name", "Ora", "Ore"),
        FieldChange("birth_date", None, date(2012, 4, 2)),
    )
    assert preview.can_commit


def test_an_empty_cell_leaves_what_the_register_holds(register, look):
    register.student("S1", birth_date=date(2012, 4, 2))
    preview = look(f"{HEAD}\nS1,,,\n")
    assert outcomes(preview) == ["same"]
    assert preview.is_settled
    assert not preview.can_commit


def test_a_new_student_needs_a_family_name_a_known_one_does_not(register, look):
    register.student("S1")
    preview = look("Student Number,First Name\nS1,Ore\nS2,Ann\n")
    assert outcomes(preview) == ["changed", "refused"]
    (refusal,) = preview.rows[1].refusals
    assert (refusal.field, refusal.rule) == ("family_name", "This field is required.")
    assert "new student" in refusal.cure


def test_a_number_in_the_trash_is_refused_with_the_way_out(register, look):
    student = register.student("S1")
    write(lambda unit: students.remove(unit, student.id), by=SYSTEM, why="delete")
    preview = look(f"{HEAD}\nS1,Klein,Ora,\n")
    (refusal,) = preview.rows[0].refusals
    assert refusal.rule == "Ora Klein, who has this number, is in the trash."
    assert refusal.cure.startswith("Restore")


def test_the_same_number_twice(look):
    preview = look(f"{HEAD}\nS1,Klein,Ora,\nS1,Klein,Ora,\nS1,Stark,Ora,\n")
    assert outcomes(preview) == ["new", "same", "clash"]
    assert "line 2" in preview.rows[1].warnings[0]
    assert not preview.can_commit


def test_an_open_question_holds_everything_back_until_it_is_answered(look):
    text = f"{HEAD}\nS1,Klein,Ora,4/2/2012\n"
    preview = look(text)
    assert [column.heading for column in preview.plan.questions] == ["Birth date"]
    assert not preview.can_commit
    answered = look(text, Choices(order=Order.DMY))
    assert answered.can_commit
    assert answered.rows[0].values["birth_date"] == date(2012, 2, 4)


def test_a_file_without_numbers_says_what_is_missing(look):
    preview = look("Last Name\nKlein\n")
    assert preview.problems == (
        "No column is known to hold the student number. Choose which one does.",
    )
    assert look("Student Number,Last Name\n").problems == ("The file has headings but no rows.",)


def test_what_is_missing_around_an_enrolment_is_proposed_once(look):
    preview = look(
        f"{PLACES}\nS1,Klein,10001,10,,\nS2,Todd,10001,9,,Active\nS3,Beane,10001,09,,\n",
        school_names={"10001": "Contoso"},
    )
    assert [getattr(item, "name", None) or item.title for item in preview.to_make] == [
        "Contoso", "Grade 9", "Grade 10", "2026/27",
    ]  # fmt: skip
    assert preview.rows[0].place.entry_date == date(2026, 9, 1)
    assert preview.rows[1].place.grade == preview.rows[2].place.grade


def test_what_the_register_has_is_found_by_identifier_name_and_code(register, look):
    school = register.organisation("Contoso High", identifier="10001")
    year = register.academic_session()
    grade = register.grade_level("09", name="Nine")
    preview = look(f"{PLACES}\nS1,Klein,10001,9,,\nS2,Todd,contoso  HIGH,nine,2026-10-05,\n")
    assert preview.to_make == ()
    for row in preview.rows:
        place = row.place
        assert (place.school.id, place.grade.id, place.year.id) == (school.id, grade.id, year.id)
    assert [row.place.entry_date for row in preview.rows] == [
        date(2026, 8, 1),
        date(2026, 10, 5),
    ]


def test_a_school_number_keeps_its_zeros(register, look):
    register.organisation("Old", identifier="010")
    preview = look(f"{PLACES}\nS1,Klein,10,9,,\n")
    assert preview.rows[0].place.school.id is None


def test_the_only_school_is_meant_where_the_file_names_none(register, look):
    text = "Student Number,Last Name,Grade\nS1,Klein,9\n"
    assert look(text).rows[0].place is None
    school = register.organisation()
    assert look(text).rows[0].place.school.id == school.id
    register.organisation("Another")
    assert look(text).rows[0].place is None


def test_who_has_left_is_not_enrolled_and_an_unknown_word_is_refused(look):
    preview = look(f"{PLACES}\nS1,Klein,A,9,,Inactive\nS2,Todd,A,9,,转出\nS3,Beane,A,9,,banana\n")
    assert outcomes(preview) == ["new", "new", "refused"]
    assert [row.place for row in preview.rows] == [None, None, None]
    assert preview.to_make == ()


def test_an_import_moves_nobody(register, look):
    student = register.student("S1")
    there = register.organisation("A")
    nine = register.grade_level("9")
    register.enrolment(student, organisation_id=there.id, grade_level_id=nine.id)
    preview = look(f"{PLACES}\nS1,Klein,A,9,,\nS1,Klein,A,9,,\n")
    assert outcomes(preview) == ["same", "same"]
    moved = look(f"{PLACES}\nS1,Klein,A,10,,\n")
    assert outcomes(moved) == ["same"]
    assert "moves nobody" in moved.rows[0].warnings[-1]
    assert moved.to_make == ()


def test_a_day_outside_every_school_year_is_refused(look):
    preview = look(f"{PLACES}\nS1,Klein,A,9,2019-09-01,\nS2,Todd,A,9,2026-10-01,\n")
    assert outcomes(preview) == ["refused", "new"]
    assert preview.rows[0].refusals[0].rule == "No school year of the register holds this day."


def test_a_clerk_is_told_when_something_must_be_added_that_a_clerk_may_not_add(look):
    preview = look(f"{PLACES}\nS1,Klein,A,9,,\n", roles=frozenset({"clerk"}))
    assert len(preview.problems) == 3
    assert "Ask a registrar" in preview.problems[0]
    assert not preview.can_commit
    assert look(f"{PLACES}\nS1,Klein,A,9,,\n", roles=frozenset({"registrar"})).can_commit


@pytest.mark.parametrize(
    ("born", "outcome", "warned"),
    [
        ("2012-01-01", Outcome.NEW, False),
        ("1990-01-01", Outcome.NEW, True),
        ("2026-11-20", Outcome.NEW, True),
        ("2026-11-21", Outcome.REFUSED, False),
        ("2027-01-01", Outcome.REFUSED, False),
    ],
)
def test_birth_dates_lie_before_today_and_odd_ages_are_only_pointed_out(
    look, born, outcome, warned
):
    (row,) = look(f"{HEAD}\nS1,Klein,Ora,{born}\n").rows
    assert row.outcome is outcome
    assert bool(row.warnings) is warned


def test_every_fault_of_a_row_is_named_at_once(look):
    (row,) = look("Student Number,Last Name,Sex,Birth date\n-,,banana,yesterday\n").rows
    assert {refusal.field for refusal in row.refusals} == {"student_number", "sex", "birth_date"}
    assert all(refusal.rule and refusal.cure for refusal in row.refusals)


def test_the_digest_names_what_would_be_written(register, look):
    text = f"{HEAD}\nS1,Klein,Ora,2012-04-02\n"
    first = look(text).digest
    assert look(text).digest == first
    register.student("S1", birth_date=date(2012, 4, 1))
    assert look(text).digest != first
