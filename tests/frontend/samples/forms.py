"""A form with a field of every type."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice


class StudentForm(Form):
    student_number = StringField(
        "Student number",
        [validators.DataRequired()],
        description="Given once and never to another student. Leading zeros stay.",
    )
    family_name = StringField("Family name", [validators.DataRequired()])
    given_name = StringField("Given name")
    birth_date = DateField("Birth date")
    sex = SelectField("Sex", choices=[SelectChoice("f", "female"), SelectChoice("m", "male")])
    notes = TextAreaField("Notes")
    boards = BooleanField("Boards at the school", description="Sleeps here during the week.")
    homeroom = IntegerField("Class")
    kind = RadioField(
        "Kind", choices=[SelectChoice("a", "Full time"), SelectChoice("b", "Part time")]
    )
    roles = SelectMultipleField(
        "Roles",
        choices=[SelectChoice("owner", "Owner: everything"), SelectChoice("clerk", "Office staff")],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    secret = HiddenField()


class PasswordForm(Form):
    full_name = StringField("Your name", [validators.DataRequired()])
    password = PasswordField("Password", description="At least 12 characters; any will do.")


def student_form(*, broken: bool = False) -> StudentForm:
    form = StudentForm(
        data={
            "student_number": "0042",
            "family_name": "" if broken else "von Hohenstein",
            "given_name": "Maximiliane",
            "homeroom": 7,
            "roles": ["clerk"],
        }
    )
    form.homeroom.lookup_url = "/lookup"
    form.homeroom.text = "7b · Frau Oberstudienrätin Schmidt-Rottluff"
    if broken:
        form.family_name.errors = ["Write the family name."]
        form.birth_date.errors = ["Born before today."]
        form.form_errors.append("At most one open enrolment.")
    return form


FIELDSETS = [
    ("Name", ["student_number", "family_name", "given_name"]),
    ("Birth", ["birth_date", "sex"]),
    ("School", ["homeroom", "kind", "boards", "roles", "notes"]),
]
