import pytest

from studentadmin.forms.student import StudentForm
from studentadmin.interchange import headers
from studentadmin.services.student import StudentDraft

SDS = [
    "SIS ID", "School SIS ID", "First Name", "Last Name", "Username", "State ID",
    "Secondary Email", "Student Number", "Middle Name", "Grade", "Status", "Birthdate",
    "Graduation Year",
]  # fmt: skip


def named(header):
    return {header[column]: field for column, field in headers.guess(header).items()}


def test_microsoft_school_data_sync():
    assert named(SDS) == {
        "Student Number": "student_number",
        "School SIS ID": "school",
        "First Name": "given_name",
        "Last Name": "family_name",
        "Middle Name": "middle_name",
        "Grade": "grade",
        "Status": "enrolled",
        "Birthdate": "birth_date",
    }


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["学号", "姓名", "出生日期"], ["student_number", "full_name", "birth_date"]),
        (["SIS ID", "姓", "名"], ["student_number", "family_name", "given_name"]),
        (["student_id", "DATE OF BIRTH", "date-of-birth"], ["student_number", "birth_date", None]),
        (["No.", "First Name", "Name"], ["student_number", "given_name", "family_name"]),
        (["ID", "Name", "Surname"], ["student_number", None, "family_name"]),
        (["final_grade", "study_group", "comments"], [None, None, None]),
        (["Staatsangehörigkeit"], ["citizenship"]),
        ([], []),
    ],
)
def test_headings_of_other_systems(header, expected):
    found = headers.guess(header)
    assert [found.get(column) for column in range(len(header))] == expected


def test_every_field_of_the_draft_can_be_filled():
    assert set(headers.STUDENT_FIELDS) == set(StudentDraft.__dataclass_fields__)
    assert all(hasattr(StudentForm, name) for name in StudentDraft.__dataclass_fields__)


def test_no_heading_means_two_fields():
    folded = [headers.fold(name) for names in headers.SYNONYMS.values() for name in set(names)]
    seen = {}
    for field, names in headers.SYNONYMS.items():
        for name in {headers.fold(name) for name in names}:
            assert seen.setdefault(name, field) == field
    assert len(folded) > 100
