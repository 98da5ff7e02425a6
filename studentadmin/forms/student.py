"""What may be typed about a student."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, day, relation, text
from studentadmin.models import Student, StudentIdentifier
from studentadmin.services.student import StudentDraft, StudentIdentifierDraft


class StudentForm(RecordForm):
    """One student."""

    draft_type = StudentDraft
    fieldsets = (
        (
            _l("Name"),
            (
                "student_number",
                "family_name",
                "given_name",
                "middle_name",
                "preferred_name",
                "native_name",
            ),
        ),
        (_l("Birth"), ("birth_date", "birth_place", "sex")),
        (_l("Origin"), ("citizenship", "ethnicity", "language")),
    )

    student_number = text(
        Student.student_number,
        _l("Student number"),
        _l("Given once and never to another student. Leading zeros stay."),
    )
    family_name = text(Student.family_name, _l("Family name"))
    given_name = text(Student.given_name, _l("Given name"))
    middle_name = text(Student.middle_name, _l("Middle name"))
    preferred_name = text(Student.preferred_name, _l("Preferred name"))
    native_name = text(Student.native_name, _l("Name in own script"))
    sex = choice(Student.sex, _l("Sex"), choices.SEXES.items())
    birth_date = day(Student.birth_date, _l("Birth date"))
    birth_place = text(Student.birth_place, _l("Birth place"))
    citizenship = text(Student.citizenship, _l("Citizenship"))
    ethnicity = text(Student.ethnicity, _l("Ethnicity"))
    language = text(Student.language, _l("Language at home"))


class StudentIdentifierForm(RecordForm):
    """A number somebody else gave the student."""

    draft_type = StudentIdentifierDraft
    fieldsets = ((_l("Identifier"), ("student_id", "scheme", "value")),)

    student_id = relation(StudentIdentifier.student_id, _l("Student"), "student")
    scheme = choice(
        StudentIdentifier.scheme, _l("Kind of number"), choices.IDENTIFIER_SCHEMES.items()
    )
    value = text(StudentIdentifier.value, _l("Number"))
