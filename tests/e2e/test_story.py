"""A first day with the program, from the empty register to the way home, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studentadmin.rules.school_year import title, usual_school_year
from tests.e2e.person import Person
from tests.e2e.program import Program
from tests.e2e.school import PASSWORD

pytestmark = pytest.mark.slow
TODAY = datetime.now().astimezone().date()
YEAR = usual_school_year(TODAY)
YEAR_TITLE = title(YEAR)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Program]:
    """The program on a folder that does not exist yet."""
    with Program(tmp_path / "register") as program:
        yield program
        assert program.stop() == 0
        assert "Traceback" not in program.log


def test_a_first_day(
    empty: Program,
    person_at: Callable[[Program, str], Person],
    locale: str,
    students_file: Path,
) -> None:
    person = person_at(empty, locale)
    person.go(empty.ticket_url)
    make_the_owner(person)
    lay_the_frame(person)
    add_a_student(person)
    enrol(person)
    edit_and_undo(person)
    delete_and_restore(person)
    read_the_history(person)
    switch_the_language(person)
    import_the_list(person, students_file)
    leave_and_come_back(person)


def make_the_owner(person: Person) -> None:
    person.stands_on("/first-run")
    person.type(school="Neue Schule 新学校", full_name="王小明", email="wang@school.example")
    person.type(password=PASSWORD, password_confirm="something else")
    with person.refused():
        person.press("Make my account")
    person.field_says("password_confirm", "The two passwords differ.")
    person.holds(school="Neue Schule 新学校", full_name="王小明", email="wang@school.example")
    person.type(password=PASSWORD, password_confirm=PASSWORD)
    person.press("Make my account")
    person.stands_on("/")
    person.sees("Neue Schule 新学校", person.say("First steps"), "王小明")


def lay_the_frame(person: Person) -> None:
    """A district, a school year, a grade and a class."""
    person.follow("Organisations", within="nav")
    person.follow("New")
    person.type(name="Schulamt Nord", type="district", identifier="D-7")
    person.press("Save")
    person.is_told("%(name)s was added.", name="Schulamt Nord")

    person.follow("Academic sessions", within="nav")
    person.follow("New")
    person.type(title=YEAR_TITLE, type="schoolYear")
    person.type(start_date=str(YEAR.start), end_date=str(YEAR.end))
    person.press("Save")
    person.is_told("%(name)s was added.", name=YEAR_TITLE)

    person.follow("Grade levels", within="nav")
    person.follow("New")
    person.type(code="07", name="Klasse 7", sequence="7")
    person.press("Save")
    person.is_told("%(name)s was added.", name="Klasse 7")

    person.follow("Classes", within="nav")
    person.follow("New")
    person.type(name="7b", capacity="28")
    person.look_up("grade_level_id", "Klasse 7")
    person.look_up("organisation_id", "Neue Schule")
    person.look_up("academic_session_id", YEAR_TITLE)
    person.press("Save")
    person.is_told("%(name)s was added.", name="7b")


def add_a_student(person: Person) -> None:
    """Refused twice, each time with the error named and nothing typed lost; then added."""
    person.follow("Students", within="nav")
    person.follow("New")
    typed = {"family_name": "Müller-Lüdenscheidt", "given_name": "Ana", "native_name": "安娜"}
    person.type(**typed, sex="female")
    with person.refused():
        person.press("Save")
    person.sees(person.say("Student number"), within=".notice-danger")
    person.holds(**typed, sex="female")
    person.type(student_number="0007", birth_date=str(TODAY + timedelta(days=1)))
    with person.refused():
        person.press("Save")
    person.field_says("birth_date", "The birth date must lie before today.")
    person.holds(**typed, sex="female", student_number="0007")
    person.type(birth_date="2013-04-05")
    person.press("Save")
    person.stands_on("/students/0007")
    person.is_told("%(name)s was added.", name="Ana Müller-Lüdenscheidt")
    person.sees("安娜", "0007")


def enrol(person: Person) -> None:
    label = person.say("Add: %(title)s", title=person.say("Enrolments"))
    person.page.get_by_role("link", name=label, exact=True).click()
    person.look_up("organisation_id", "Neue Schule")
    person.look_up("academic_session_id", YEAR_TITLE)
    person.look_up("grade_level_id", "Klasse 7")
    person.look_up("homeroom_id", "7b")
    person.type(entry_date=str(TODAY))
    person.press("Save")
    person.go("/students/0007")
    person.sees(person.say("Enrolled"), "7b", "Klasse 7")


def edit_and_undo(person: Person) -> None:
    person.follow("Edit")
    person.type(family_name="Meyer")
    person.press("Save")
    person.is_told("%(name)s was saved.", name="Ana Meyer")
    person.press("Undo", within=".flashes")
    person.is_told("The change was taken back.")
    person.go("/students/0007")
    person.sees("Ana Müller-Lüdenscheidt")
    person.misses("Meyer")


def delete_and_restore(person: Person) -> None:
    person.follow("Delete")
    person.sees(person.say("These go with it:"), person.say("Enrolment"))
    person.press("Delete")
    person.stands_on("/students/")
    person.is_told("%(name)s was moved to the trash.", name="Ana Müller-Lüdenscheidt")
    person.sees(person.say("No %(things)s yet", things=person.say("Students").lower()))
    person.follow("Trash", within="nav")
    name = person.say("Put back %(name)s", name="Ana Müller-Lüdenscheidt")
    person.page.get_by_role("button", name=name).first.click()
    person.stands_on("/students/0007")
    person.is_told("%(name)s was put back.", name="Ana Müller-Lüdenscheidt")
    person.sees("7b", person.say("Enrolled"))


def read_the_history(person: Person) -> None:
    """Who, when, what: on the student's own page and on the page of all changes."""
    person.follow("History")
    person.sees("王小明", "Müller-Lüdenscheidt", "Meyer")
    for why in ("Created", "Edited", "Undone", "Moved to the trash", "Restored from the trash"):
        person.sees(person.say(why))
    assert person.page.locator(".life time[datetime]").count() >= 5
    person.follow("Changes", within="nav")
    person.sees("王小明", person.say("Restored from the trash"), person.say("Set up"))
    person.page.locator("main [name=table]").select_option("homeroom")
    person.press("Apply")
    person.sees(person.say("Classes"))
    assert person.page.locator(".change-list > li").count() == 1


def switch_the_language(person: Person) -> None:
    """To the other language and back, without leaving the page."""
    own, other = person.locale, {"en": "zh_Hans_CN", "zh_Hans_CN": "en"}[person.locale]
    for locale in (other, own):
        person.page.locator("header summary").first.click()
        person.page.locator(f"header button[value={locale}]").click()
        person.locale = locale
        person.page.wait_for_selector(f"html[lang={locale.replace('_', '-')}]")
        person.stands_on(r"/changes/\?.*table=homeroom.*")
        person.sees(person.say("Changes"))


def import_the_list(person: Person, file: Path) -> None:
    """86 students by upload, preview and commit; one Undo takes them all back."""
    person.follow("Import", within="nav")
    person.page.set_input_files("#file", file)
    person.press("Check the file")
    person.sees("Klein", "13001", person.say("Never taken in"))
    person.misses("P@ssword")
    person.press("Write to the register")
    person.confirm()
    person.sees(person.say("The register is up to date"), "86")
    person.go("/students/?search=Klein")
    person.sees("Klein")
    person.go("/students/13001")
    person.sees("Ora Christopher Klein")
    person.go("/students/")
    person.sees(person.say_count("%(count)s record", "%(count)s records", 87))
    person.follow("Changes", within="nav")
    person.page.locator(".change-list a").first.click()
    person.press("Undo this change")
    person.confirm()
    person.is_told("The change was taken back.")
    person.go("/students/")
    person.sees(person.say_count("%(count)s record", "%(count)s records", 1), "Müller-Lüdenscheidt")


def leave_and_come_back(person: Person) -> None:
    person.page.locator("details.menu summary.account").click()
    person.press("Log out", within="header")
    person.stands_on("/login.*")
    person.go("/students/0007")
    person.stands_on("/login.*")
    person.type(email="wang@school.example", password="not my password")
    person.press("Log in")
    person.sees(person.say("The e-mail address or the password is not right."))
    person.type(email="wang@school.example", password=PASSWORD)
    person.press("Log in")
    person.stands_on("/students/0007")
    person.sees("Müller-Lüdenscheidt")
