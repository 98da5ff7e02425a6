"""`studentadmin import` and `studentadmin undo`, on the file of a real school."""

import csv
from datetime import date

import pytest
from sqlalchemy import func, select

from studentadmin.cli.importing import import_command
from studentadmin.cli.undoing import undo_command
from studentadmin.models import ChangeSet, Enrolment, Organisation, Student
from studentadmin.services import backup
from tests.interchange.conftest import CASES

SDS = CASES / "sds-students" / "input.csv"


@pytest.fixture(autouse=True)
def backups(monkeypatch):
    asked = []
    real = backup.create
    monkeypatch.setattr(
        backup, "create", lambda settings, reason: asked.append(real(settings, reason).reason)
    )
    return asked


@pytest.fixture
def run(app, session):
    """`run(command, arguments)`: exit code, output and errors."""

    def invoke(*arguments, command=import_command, **options):
        session.rollback()
        result = app.test_cli_runner().invoke(command, [str(a) for a in arguments], **options)
        session.rollback()
        return result

    return invoke


def us_date(text):
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_86_students_with_the_birth_dates_of_the_file(run, session):
    result = run(SDS, "--yes")
    assert result.exit_code == 0, result.output
    assert "New: 86" in result.output
    assert "P@ssword" not in result.output
    with SDS.open(newline="") as stream:
        expected = {
            row["Student Number"]: us_date(row["Birthdate"]) for row in csv.DictReader(stream)
        }
    found = {s.student_number: s.birth_date for s in session.scalars(select(Student))}
    assert len(expected) == 86
    assert found == expected
    assert count(session, Enrolment) == 86
    assert count(session, ChangeSet) == 1

    second = run(SDS, "--yes")
    assert second.exit_code == 0
    assert "Same: 86" in second.output
    assert "Nothing was written" in second.output
    assert count(session, ChangeSet) == 1


def test_the_way_back_is_printed_and_works(run, session):
    result = run(SDS, "--yes")
    number = session.scalars(select(ChangeSet.id)).one()
    assert result.output.rstrip().endswith(f"undo {number}")
    undone = run(number, command=undo_command)
    assert undone.exit_code == 0, undone.output
    assert count(session, Student) == 0
    assert run(number, command=undo_command).exit_code == 1
    assert run(99_999_999, command=undo_command).exit_code == 1


def test_schools_get_their_names_from_the_file_beside(run, session, tmp_path):
    (tmp_path / "Student.csv").write_bytes(SDS.read_bytes())
    (tmp_path / "School.csv").write_text("SIS ID,Name\n10001,Contoso High School\n10002,\n")
    assert run(tmp_path / "Student.csv", "--yes").exit_code == 0
    names = session.scalars(select(Organisation.name).order_by(Organisation.name)).all()
    assert names == ["10002", "Contoso High School"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n"])
def test_a_bad_file_beside_is_no_reason_to_refuse(run, tmp_path, content):
    (tmp_path / "Student.csv").write_bytes(SDS.read_bytes())
    (tmp_path / "School.csv").write_bytes(content)
    assert run(tmp_path / "Student.csv", "--dry-run").exit_code == 0


def test_a_dry_run_writes_nothing(run, session, backups):
    result = run(SDS, "--dry-run")
    assert result.exit_code == 0
    assert "nothing was written" in result.output
    assert count(session, Student) == 0
    assert backups == []


@pytest.mark.parametrize(("answer", "students", "code"), [("y\n", 86, 0), ("n\n", 0, 1)])
def test_it_asks_first(run, session, answer, students, code):
    result = run(SDS, input=answer)
    assert "Write this into the register?" in result.output
    assert result.exit_code == code
    assert count(session, Student) == students


def test_nobody_there_to_ask_means_no(run, session):
    assert run(SDS, input="").exit_code == 1
    assert count(session, Student) == 0


def test_refusals_name_line_column_value_and_cure(run, session):
    result = run(CASES / "messy-students" / "input.csv", "--yes")
    assert result.exit_code == 1
    assert (
        "Line 4: enroll_date “1102026”: This is not a date."
        " Write it as year-month-day, such as 2012-09-01."
    ) in result.output
    assert "Line 7: Says the same as line 6; taken once." in result.output
    assert "Nothing was written." in result.output
    assert count(session, Student) == 0


def test_clashes_are_reported(run):
    result = run(CASES / "same-number-twice" / "input.csv", "--yes")
    assert result.exit_code == 1
    assert "Line 4: Line 2 has the same number" in result.output


def test_dates_that_prove_no_order_are_asked_for(run, session):
    file = CASES / "ambiguous-dates" / "input.csv"
    result = run(file, "--yes")
    assert result.exit_code == 1
    assert "--date-order dmy, mdy or ymd" in result.output
    assert count(session, Student) == 0
    assert run(file, "--yes", "--date-order", "dmy").exit_code == 0
    student = session.scalars(select(Student).filter_by(student_number="A1")).one()
    assert student.birth_date.isoformat() == "2012-02-04"


def test_columns_can_be_chosen_and_left_out(run, session):
    file = CASES / "messy-students" / "input.csv"
    result = run(file, "--yes", "--column", "enroll_date=", "--column", "comments=language")
    assert result.exit_code == 0, result.output
    assert count(session, Student) == 11
    student = session.scalars(select(Student).filter_by(student_number="2001")).one()
    assert student.language == "Great class!"


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-file.csv"],
        [],
        [SDS, "--date-order", "ydm"],
        [SDS, "--column", "Nothing=sex"],
        [SDS, "--column", "Grade=banana"],
        [SDS, "--column", "Grade"],
    ],
)
def test_wrong_use_is_exit_code_2(run, arguments):
    assert run(*arguments).exit_code == 2


def test_a_file_that_is_no_table_is_exit_code_1(run, tmp_path):
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"PK\x03\x04")
    result = run(file, "--yes")
    assert result.exit_code == 1
    assert "CSV UTF-8" in result.output
    assert run(SDS, "--encoding", "klingon").exit_code == 1
