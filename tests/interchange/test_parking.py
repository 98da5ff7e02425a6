import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from studentadmin.errors import Missing
from studentadmin.interchange import parking
from studentadmin.interchange.plan import Choices
from studentadmin.interchange.read import read_table
from studentadmin.rules.dates import Order

pytestmark = pytest.mark.usefixtures("in_english")
NOW = datetime.now(UTC)
FILE = "学号,Password,姓名\n007,P@ssword,张小明\n008,P@ssword,李婷,x\n".encode()


@pytest.fixture
def folder(tmp_path):
    return parking.folder_in(tmp_path)


@pytest.fixture
def parked(folder):
    return parking.park(
        folder, owner=1, name="../../学生.csv", size=len(FILE), table=read_table(FILE), now=NOW
    )


def test_what_was_parked_comes_back_as_it_was(folder, parked):
    assert parking.find(folder, parked.token, owner=1, now=NOW) == parked


def test_choices_are_remembered(folder, parked):
    choices = Choices(fields={0: "student_number", 1: ""}, order=Order.DMY)
    parking.choose(folder, parked, choices)
    found = parking.find(folder, parked.token, owner=1, now=NOW)
    assert found == replace(parked, choices=choices)


def test_only_the_person_who_uploaded_it_may_open_it(folder, parked):
    with pytest.raises(Missing):
        parking.find(folder, parked.token, owner=2, now=NOW)


@pytest.mark.parametrize(
    "token", ["", "..", "../../register", "a" * 21, "a" * 23, "a/b" + "c" * 19]
)
def test_a_token_is_never_a_path(folder, token):
    with pytest.raises(Missing):
        parking.find(folder, token, owner=1, now=NOW)
    with pytest.raises(Missing):
        parking.remove(folder, token)


def test_it_lies_under_a_generated_name_closed_to_others_without_passwords(folder, parked):
    (file,) = folder.iterdir()
    assert file.name == f"{parked.token}.json"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert "P@ssword" not in file.read_text("utf-8")


def test_after_a_day_it_opens_no_more_and_is_removed(folder, parked):
    later = NOW + timedelta(hours=24, minutes=1)
    with pytest.raises(Missing):
        parking.find(folder, parked.token, owner=1, now=later)
    old = later.timestamp() - 2 * 86_400
    (file,) = folder.iterdir()
    os.utime(file, (old, old))
    half_written = folder / "x.partial"
    half_written.touch()
    os.utime(half_written, (old, old))
    fresh = parking.park(
        folder, owner=1, name="b.csv", size=1, table=read_table(b"id\n1\n"), now=later
    )
    assert [path.stem for path in folder.iterdir()] == [fresh.token]


def test_removing_twice_is_no_fault(folder, parked):
    parking.remove(folder, parked.token)
    parking.remove(folder, parked.token)
    with pytest.raises(Missing):
        parking.find(folder, parked.token, owner=1, now=NOW)
