"""Undo never runs over later work, over rules, or over rights."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, NotAllowed, RuleBroken
from studentadmin.models import Student, StudentContact
from studentadmin.services.enrolment import enrolments
from studentadmin.services.person import student_contacts
from studentadmin.services.student import students
from studentadmin.services.undo import KEEP, PUT_BACK
from studentadmin.services.unit import Actor, Unit, Written
from tests.factories import Register
from tests.registers import snapshot
from tests.services.doing import do, newest, take_back


class TestSomebodyWorkedOn:
    """Undo of a change whose fields were changed since."""

    def changed_twice(self, register: Register) -> tuple[Student, Written[Any]]:
        student = register.student(given_name="Ora", middle_name="M")
        first = do(
            lambda unit: students.edit(
                unit, student.id, {"given_name": "Nora", "middle_name": "N", "sex": "female"}
            )
        )
        do(
            lambda unit: students.edit(
                unit, student.id, {"given_name": "Lora", "birth_place": "Ulm"}
            ),
            by=Actor(None, "Anna", frozenset({"owner"})),
        )
        return student, first

    def test_is_shown_with_both_values_and_nothing_is_written(
        self, session: Session, register: Register
    ) -> None:
        _student, first = self.changed_twice(register)
        before = snapshot(session)
        with pytest.raises(Clash) as refused:
            take_back(first)
        (clash,) = refused.value.clashes
        assert (clash.field, clash.mine, clash.base, clash.theirs, clash.who) == (
            "given_name", "Ora", "Nora", "Lora", "Anna",
        )  # fmt: skip
        assert snapshot(session) == before

    @pytest.mark.parametrize(("choice", "name"), [(KEEP, "Lora"), (PUT_BACK, "Ora")])
    def test_each_field_stands_as_decided(
        self, session: Session, register: Register, choice: str, name: str
    ) -> None:
        student, first = self.changed_twice(register)
        take_back(first, {("student", student.id, "given_name"): choice})
        session.rollback()
        row = session.get_one(Student, student.id)
        assert (row.given_name, row.middle_name, row.sex, row.birth_place) == (
            name, "M", None, "Ulm",
        )  # fmt: skip
        assert row.search_name == f"klein {name.lower()} m"

    def test_a_decision_about_one_field_decides_no_other(self, register: Register) -> None:
        student = register.student(given_name="Ora", middle_name="M")
        values = {"given_name": "Nora", "middle_name": "N"}
        first = do(lambda unit: students.edit(unit, student.id, values))
        values = {"given_name": "Lora", "middle_name": "L"}
        do(lambda unit: students.edit(unit, student.id, dict(values)))
        with pytest.raises(Clash) as refused:
            take_back(first, {("student", student.id, "given_name"): PUT_BACK})
        assert [clash.field for clash in refused.value.clashes] == ["middle_name"]

    def test_the_partial_undo_can_itself_be_undone(
        self, session: Session, register: Register
    ) -> None:
        student, first = self.changed_twice(register)
        before = snapshot(session)
        undone = take_back(first, {("student", student.id, "given_name"): KEEP})
        take_back(undone)
        assert snapshot(session) == before

    def test_a_new_record_worked_on_is_kept_or_taken_out_whole(
        self, session: Session, register: Register
    ) -> None:
        before = snapshot(session)
        student = register.student(given_name="Ora")
        made = newest(session)
        do(lambda unit: students.edit(unit, student.id, {"given_name": "Nora"}))
        later = snapshot(session)
        place = ("student", student.id, "given_name")
        kept = take_back(made, {place: KEEP})
        assert kept.change_set_id is None
        assert snapshot(session) == later
        take_back(made, {place: PUT_BACK})
        assert snapshot(session) == before

    def test_fields_put_back_meanwhile_are_no_clash(
        self, session: Session, register: Register
    ) -> None:
        """Changed and changed back: what stands there is what the undone change left."""
        student = register.student(given_name="Ora")
        first = do(lambda unit: students.edit(unit, student.id, {"given_name": "Nora"}))
        for name in ("Lora", "Nora"):
            do(lambda unit, name=name: students.edit(unit, student.id, {"given_name": name}))
        take_back(first)
        session.rollback()
        assert session.get_one(Student, student.id).given_name == "Ora"


class TestWhatHangsOnARow:
    """A row that others point at is not pulled from under them."""

    def test_a_new_record_with_something_added_since_stays(
        self, session: Session, register: Register
    ) -> None:
        student = register.student()
        made = newest(session)
        register.contact(student, register.person())
        before = snapshot(session)
        with pytest.raises(RuleBroken, match="added to it since"):
            take_back(made)
        assert snapshot(session) == before

    def test_even_when_that_lies_in_the_trash(self, session: Session, register: Register) -> None:
        student = register.student()
        made = newest(session)
        contact = register.contact(student, register.person())
        do(lambda unit: student_contacts.remove(unit, contact.id))
        with pytest.raises(RuleBroken, match="added to it since"):
            take_back(made)


class TestRulesHoldAfterwards:
    """What stood there before may break a rule now."""

    def test_an_exit_is_not_undone_over_a_newer_enrolment(self, register: Register) -> None:
        student = register.student()
        year = register.academic_session()
        place = {"academic_session_id": year.id, "organisation_id": register.organisation().id}
        first = register.enrolment(student, **place)
        left = do(
            lambda unit: enrolments.edit(
                unit, first.id, {"exit_date": date(2026, 10, 1), "exit_type": "withdrawn"}
            )
        )
        register.enrolment(student, entry_date=date(2026, 11, 1), **place)
        with pytest.raises(RuleBroken) as refused:
            take_back(left)
        assert refused.value.field == "entry_date"

    def test_a_number_freed_and_given_again_is_not_given_twice(self, register: Register) -> None:
        student = register.student("A1")
        renamed = do(lambda unit: students.edit(unit, student.id, {"student_number": "A2"}))
        register.student("A1")
        with pytest.raises(RuleBroken):
            take_back(renamed)

    def test_one_primary_contact_stays_when_the_primary_is_taken_back(
        self, session: Session, register: Register
    ) -> None:
        student = register.student()
        register.contact(student, register.person())
        made = newest(session)
        register.contact(student, register.person(), relation="father")
        take_back(made)
        session.rollback()
        (left,) = session.scalars(select(StudentContact).filter_by(student_id=student.id))
        assert left.is_primary


class TestWhoMay:
    """Own changes by the right "undo", others' by "undo_others", tables by "edit"."""

    def clerk(self, user_id: int | None) -> Actor:
        return Actor(user_id, "Wei", frozenset({"clerk"}))

    def test_a_clerk_undoes_own_changes_only(self, register: Register, app: Any) -> None:
        from tests.conftest import make_user

        wei, anna = make_user("clerk"), make_user("clerk")
        student = register.student(given_name="Ora")
        edit = do(
            lambda unit: students.edit(unit, student.id, {"given_name": "Nora"}),
            by=self.clerk(wei.id),
        )
        for other in (self.clerk(anna.id), self.clerk(None)):
            with pytest.raises(NotAllowed):
                take_back(edit, by=other)
        with pytest.raises(NotAllowed):
            take_back(edit, by=Actor(wei.id, "Wei", frozenset({"viewer"})))
        assert take_back(edit, by=self.clerk(wei.id)).change_set_id

    def test_undo_of_others_gives_no_rights_on_their_tables(self, app: Any) -> None:
        """A registrar may undo what others did, but may touch no account."""
        from studentadmin.models import User
        from tests.conftest import make_user

        user = make_user("owner")

        def rename(unit: Unit) -> None:
            unit.get(User, user.id).full_name = "Other"

        renamed = do(rename)
        with pytest.raises(NotAllowed):
            take_back(renamed, by=Actor(None, "Anna", frozenset({"registrar"})))
