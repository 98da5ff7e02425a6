from datetime import date

import pytest

from studentadmin.errors import RuleBroken
from studentadmin.interchange.plan import Choices, make_plan
from studentadmin.interchange.read import read_table
from studentadmin.rules.dates import Order

pytestmark = pytest.mark.usefixtures("in_english")
TODAY = date(2026, 11, 21)
AMBIGUOUS = b"Student Number,Last Name,DOB,Entry date\n1,Klein,4/2/2012,31/8/2026\n"


def plan(data, **choices):
    return make_plan(read_table(data), Choices(**choices), TODAY)


def test_each_column_of_dates_proves_its_own_order():
    found = plan(b"id,dob,entry date\n1,4/2/2012,31/8/2026\n2,12/19/2011,1/9/2026\n")
    assert found.date_orders == {"dob": "mdy", "entry date": "dmy"}
    assert found.questions == ()


def test_an_order_that_nothing_proves_is_asked_for():
    found = plan(AMBIGUOUS)
    (question,) = found.questions
    assert (question.heading, question.samples) == ("DOB", ("4/2/2012",))
    assert found.date_orders == {"Entry date": "dmy"}


def test_an_answer_settles_the_question():
    assert plan(AMBIGUOUS, order=Order.MDY).date_orders == {"DOB": "mdy", "Entry date": "mdy"}
    by_column = plan(AMBIGUOUS, orders={2: Order.MDY})
    assert by_column.questions == ()
    assert by_column.date_orders == {"DOB": "mdy", "Entry date": "dmy"}


def test_a_person_s_mapping_goes_before_the_guess():
    found = plan(b"id,Student Number,note\n1,2,3\n", fields={0: "student_number", 2: "language"})
    assert found.mapping == {"id": "student_number", "note": "language"}
    assert plan(b"id,name\n1,2\n", fields={1: ""}).mapping == {"id": "student_number"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({0: "sex", 1: "sex"}, "cannot both be read as “Sex”"),
        ({0: "password"}, "no field “password”"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(fields, words):
    with pytest.raises(RuleBroken, match=words):
        plan(b"a,b\n1,2\n", fields=fields)


def test_columns_beyond_the_file_are_ignored():
    assert plan(b"id\n1\n", fields={7: "sex", -1: "sex"}).mapping == {"id": "student_number"}


def test_samples_are_filled_cells_and_few():
    (column,) = plan(b"id\n\n1\n2\n3\n4\n").columns
    assert column.samples == ("1", "2", "3")
