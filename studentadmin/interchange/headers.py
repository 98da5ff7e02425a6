"""What the headings of other systems mean here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_HEADINGS = {
    "student_number": (
        "student number; student no; student num; student nr; 学号; 学生编号; 学生号; "
        "student id; studentid; pupil number; admission number; register number; "
        "local id; sis id; student sis id; user identifier; 编号; number; no; id"
    ),
    "family_name": (
        "family name; last name; surname; lastname; last; second name; nachname; 姓; "
        "姓氏; legal last name"
    ),
    "given_name": (
        "given name; first name; forename; firstname; first; given names; vorname; 名; "
        "名字; legal first name"
    ),
    "middle_name": "middle name; middle names; middle; middle initial; 中间名",
    "preferred_name": (
        "preferred name; preferred first name; known as; nickname; called name; rufname; 常用名"
    ),
    "native_name": (
        "native name; name in own script; chinese name; local name; 本族语姓名; 中文名; 中文姓名"
    ),
    "full_name": "full name; student name; name; display name; 姓名; 学生姓名; 全名",
    "sex": "sex; gender; 性别; geschlecht",
    "birth_date": (
        "birth date; date of birth; dob; birthday; born; birthdate; geburtsdatum; "
        "出生日期; 出生年月日; 生日; 出生年月"
    ),
    "birth_place": "birth place; place of birth; birth city; geburtsort; 出生地; 籍贯",
    "citizenship": "citizenship; nationality; staatsangehörigkeit; 国籍",
    "ethnicity": "ethnicity; ethnic group; race; 民族",
    "language": (
        "language; home language; language at home; primary language; first language; 母语; 语言"
    ),
    "school": (
        "school sis id; school id; school number; school identifier; school code; "
        "org sourced ids; organisation; organization; school name; school; 学校代码; "
        "学校; 学校名称"
    ),
    "grade": ("grade; grade level; gradelevel; grades; year group; form; 年级; klassenstufe"),
    "entry_date": (
        "entry date; enrolment date; enrollment date; enroll date; enrol date; "
        "admission date; start date; date of entry; eintrittsdatum; 入学日期; 入学时间; "
        "注册日期"
    ),
    "enrolled": (
        "status; active; enrolment status; enrollment status; student status; 状态; 学籍状态"
    ),
}
SYNONYMS = {field: tuple(names.split("; ")) for field, names in _HEADINGS.items()}
"""Field -> headings that mean it, the surest first. Compared without case, spaces and signs."""

STUDENT_FIELDS = tuple(
    name
    for name in SYNONYMS
    if name not in {"full_name", "school", "grade", "entry_date", "enrolled"}
)
"""Those that a form of a student reads; the others say where the student is, or are cut first."""

_SECRET = re.compile(
    r"passw(or)?d|passwort|kennwort|passphrase|passcode|(^|user|login|initial)pwd\d*$|^pass$|^pw$"
    r"|motdepasse|contrasena|secretquestion|secretanswer|密码|口令|密碼",
)


def fold(heading: str) -> str:
    """A heading without case, accents, spaces and signs."""
    plain = unicodedata.normalize("NFKD", heading).casefold()
    return "".join(character for character in plain if character.isalnum())


_FOLDED = {field: tuple(fold(name) for name in names) for field, names in SYNONYMS.items()}


def is_secret(heading: str) -> bool:
    """Whether a column holds passwords, which are never taken in."""
    return _SECRET.search(fold(heading)) is not None


def guess(header: Sequence[str]) -> dict[int, str]:
    """Column -> field, each field at most once; columns that mean nothing here are left out.

    Where several columns could be one field, the surest synonym takes it ("Student Number" before
    "SIS ID").
    """
    folded = [fold(heading) for heading in header]
    found: dict[int, str] = {}
    for field, names in _FOLDED.items():
        ranked = [
            (names.index(heading), column)
            for column, heading in enumerate(folded)
            if heading in names and column not in found
        ]
        if ranked:
            found[min(ranked)[1]] = field
    taken = set(found.values())
    if "full_name" not in taken or not taken & {"family_name", "given_name"}:
        return found
    # "First name, Name" means the family name; beside both names a full name says nothing new.
    meant = "" if "family_name" in taken else "family_name"
    renamed = {column: meant if f == "full_name" else f for column, f in found.items()}
    return {column: field for column, field in renamed.items() if field}
