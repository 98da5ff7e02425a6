from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from studentadmin.errors import Clash, NotAllowed, RuleBroken
from studentadmin.interchange import commit as committing
from studentadmin.interchange.commit import commit
from studentadmin.models import (
    ChangeSet,
    Enrolment,
    GradeLevel,
    ImportJob,
    ImportRow,
    Organisation,
    Student,
)
from studentadmin.services import backup, import_job
from studentadmin.services.undo import undo
from studentadmin.services.unit import Actor, write
from tests.interchange.conftest import SYSTEM, TODAY

TEXT = (
    "Student Number,Last Name,First Name,Birth date,School,Grade\n"
    "S1,Klein,Ora,2012-04-02,10001,9\n"
    "S2,Stark,Florence,2011-12-19,10001,10\n"
)


@pytest.fixture(autouse=True)
def backups(monkeypatch):
    """Why each backup was made; they are real."""
    asked = []
    real = backup.create
    monkeypatch.setattr(
        backup, "create", lambda settings, reason: asked.append(real(settings, reason).reason)
    )
    return asked


def send(preview, session, **options):
    session.rollback()
    options = {"file_name": "students.csv", "by": SYSTEM, "today": TODAY, **options}
    return commit(preview, **options)


def count(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_one_change_set_holds_everything_and_one_undo_takes_it_back(look, session):
    written = send(look(TEXT), session)
    changes = session.get(ChangeSet, written.change_set_id)
    assert (changes.why, changes.source) == ("import students", "import")
    assert count(session, Student) == count(session, Enrolment) == count(session, GradeLevel) == 2
    assert count(session, Organisation) == 1

    session.rollback()
    write(lambda unit: undo(unit, written.change_set_id), by=SYSTEM, why="undo", source="undo")
    for model in (Student, Enrolment, GradeLevel, Organisation):
        assert count(session, model) == 0
    assert count(session, ImportJob) == 1, "what happened stays written down"
    again = send(look(TEXT), session)
    assert again.change_set_id


def test_the_job_keeps_file_mapping_and_outcomes_but_no_cells(look, session, register):
    register.student("S1", birth_date=date(2012, 4, 2))
    preview = look(TEXT)
    job = send(preview, session).made
    job = import_job.find(session, job.id)
    assert job.file_name == "students.csv"
    assert job.file_sha256 == preview.table.sha256
    assert job.mapping["Birth date"] == "birth_date"
    assert job.counts == {"new": 1, "changed": 1, "same": 0, "clash": 0, "refused": 0}
    rows = session.scalars(select(ImportRow).order_by(ImportRow.line)).all()
    assert [(row.line, row.outcome) for row in rows] == [(2, "changed"), (3, "new")]
    students = {s.student_number: s.id for s in session.scalars(select(Student))}
    assert [row.student_id for row in rows] == [students["S1"], students["S2"]]


def test_a_second_run_writes_nothing(look, session, backups):
    send(look(TEXT), session)
    preview = look(TEXT)
    assert preview.is_settled
    with pytest.raises(RuleBroken):
        send(preview, session)
    assert count(session, ImportJob) == 1
    assert len(backups) == 1


def test_what_may_not_be_written_is_refused_before_anything(look, session, backups):
    with pytest.raises(RuleBroken):
        send(look("Student Number,Last Name\n-,Klein\nS2,Todd\n"), session)
    assert count(session, Student) == 0
    assert backups == []


def test_a_register_that_changed_since_is_looked_at_again(look, session, register):
    preview = look(TEXT)
    session.rollback()
    register.student("S2", family_name="Somebody", given_name="Else")
    with pytest.raises(Clash):
        send(preview, session)
    assert count(session, Student) == 1
    assert count(session, Organisation) == 0


def test_a_rule_of_a_service_names_the_line_and_rolls_all_back(look, session, monkeypatch):
    """A rule that only a service knows, here the birth date seen from the real today."""
    text = "Student Number,Last Name,Birth date\nS1,Klein,2012-04-02\nS2,Todd,2190-01-01\n"
    later = date(2200, 1, 1)
    preview = look(text, today=later)
    assert preview.can_commit
    with pytest.raises(RuleBroken, match="Line 3: The birth date must lie before today") as refused:
        send(preview, session, today=later)
    assert refused.value.field == "birth_date"
    assert count(session, Student) == 0
    assert count(session, ImportJob) == 0


def test_the_rights_of_the_person_hold(look, session):
    nobody = Actor(None, "Viewer", frozenset({"viewer"}))
    with pytest.raises((Clash, NotAllowed)):
        send(look("Student Number,Last Name\nS1,Klein\n"), session, by=nobody)
    assert count(session, Student) == 0


def test_sending_twice_writes_once(look, session):
    preview = look("Student Number,Last Name\nS1,Klein\n")
    first = send(preview, session, key="abc")
    second = send(preview, session, key="abc")
    assert second.repeated
    assert second.change_set_id == first.change_set_id
    assert import_job.of_key(session, "abc").change_set_id == first.change_set_id
    assert count(session, ImportJob) == 1


def test_a_backup_is_made_first(look, session, backups, monkeypatch):
    seen = []
    monkeypatch.setattr(committing, "write", lambda *a, **k: seen.append(list(backups)))
    send(look(TEXT), session)
    assert seen == [["before-import"]]


def test_a_grade_that_is_no_number_sorts_last(look, session):
    text = "Student Number,Last Name,School,Grade\nS1,Klein,A,Oberstufe\nS2,Todd,A,2\n"
    send(look(text), session)
    levels = session.scalars(select(GradeLevel).order_by(GradeLevel.sequence)).all()
    assert [(level.code, level.name) for level in levels] == [
        ("2", "Grade 2"),
        ("Oberstufe", "Oberstufe"),
    ]


def test_a_preview_is_a_value(look):
    preview = look(TEXT)
    assert replace(preview, notes=()).digest == preview.digest
