import pytest

from studentadmin.forms.student import StudentForm
from studentadmin.interchange.columns import REMEMBERED, Parsed, compile_form

pytestmark = pytest.mark.usefixtures("in_english")

NAMES = ("student_number", "family_name", "given_name", "sex", "birth_date")
TEXTS = {
    "student_number": ["S1", "", " ", "x" * 33, "a\x01b"],
    "family_name": ["Klein", "  de  la Cruz ", "", "x" * 101],
    "given_name": ["", "Ora"],
    "sex": ["female", "", "banana", "Female"],
    "birth_date": ["2000-04-02", "", "4/2/2000", "2000-13-01"],
}


class Sent(dict):
    def getlist(self, name):
        return [self[name]] if name in self else []


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, ts in TEXTS.items() for t in ts])
def test_a_cell_is_judged_exactly_as_the_form_judges_it(name, text):
    parsed = compile_form(StudentForm, NAMES)[name].parse(text)
    form = StudentForm(Sent({name: text}))
    form.validate()
    assert list(parsed.errors) == list(dict.fromkeys(map(str, form[name].errors)))
    if not parsed.errors:
        assert parsed.value == form[name].data


def test_one_column_does_not_remember_the_cell_before():
    column = compile_form(StudentForm, NAMES)["birth_date"]
    assert column.parse("nonsense").errors
    assert column.parse("2000-04-02").errors == ()
    assert column.parse("").value is None
    assert column.parse("nonsense").errors


def test_what_repeats_is_read_once(monkeypatch):
    column = compile_form(StudentForm, NAMES)["sex"]
    first = column.parse("female")
    assert column.parse("female") is first
    for number in range(REMEMBERED + 10):
        column.parse(f"word{number}")
    assert column.parse("female") is first
    assert column.parse(f"word{REMEMBERED + 5}") == column.parse(f"word{REMEMBERED + 5}")


def test_a_column_knows_its_label_and_whether_it_may_be_empty():
    columns = compile_form(StudentForm, NAMES)
    assert columns["family_name"].label == "Family name"
    assert columns["family_name"].required
    assert not columns["given_name"].required
    assert columns["given_name"].parse("") == Parsed(None)
