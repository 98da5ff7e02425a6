"""What may be typed about accounts, and the words of the rights matrix."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security.forms import ChangePasswordForm, ForgotPasswordForm, LoginForm
from flask_security.forms import ResetPasswordForm as SecurityResetForm
from flask_wtf.i18n import translations
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    PasswordField,
    SelectField,
    SelectMultipleField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice

from studentadmin.forms.base import RecordForm
from studentadmin.forms.choices import LOCALES, Words
from studentadmin.forms.fields import NoControlCharacters, clean, text
from studentadmin.forms.words import table_label
from studentadmin.models import Organisation, User
from studentadmin.rules import password as passwords
from studentadmin.services.user import UserDraft

ROLES: Words = {
    "owner": _l("Owner: everything, users and backups included"),
    "registrar": _l("Registrar: the whole register, import, undo"),
    "clerk": _l("Office staff: students and contacts, no deleting of students"),
    "teacher": _l("Teacher: sees students and how to reach their contacts"),
    "head": _l("Head: sees everything, changes nothing"),
    "viewer": _l("Viewer: sees names, classes and enrolments"),
}
ACTIONS: Words = {
    "view": _l("see"),
    "history": _l("see the history"),
    "create": _l("add"),
    "edit": _l("change"),
    "delete": _l("move to the trash"),
    "restore": _l("restore"),
    "export": _l("export"),
    "import": _l("import"),
    "undo": _l("undo own changes"),
    "undo_others": _l("undo everybody's changes"),
}
RESOURCES: Words = {
    "settings": _l("Settings"),
    "backup": _l("Backups"),
    "import": _l("Import"),
    "rollover": _l("Roll-over"),
    "change": _l("Changes"),
    "trash": _l("Trash"),
    "health": _l("Data health"),
    "home": _l("Start page"),
    "search": _l("Search"),
    "about": _l("About this program"),
    "account": _l("Own account"),
    "shared_view": _l("Views shared with others"),
}
"""The parts of the program that are no tables, as the rights matrix names them."""
PASSWORD_FAULTS: Words = {
    passwords.TOO_SHORT: _l(
        "Use at least %(count)s characters. A sentence is easy to remember.",
        count=passwords.SHORTEST,
    ),
    passwords.TOO_LONG: _l("Use at most %(count)s characters.", count=passwords.LONGEST),
    passwords.TOO_COMMON: _l("This is among the first passwords that anybody tries."),
    passwords.TOO_PERSONAL: _l("This is hardly more than your own name or address."),
}
MESSAGES: Words = {
    "GENERIC_AUTHN_FAILED": _l("The e-mail address or the password is not right."),
    "INVALID_EMAIL_ADDRESS": _l("This is not an e-mail address."),
    "EMAIL_NOT_PROVIDED": _l("Write your e-mail address."),
    "PASSWORD_NOT_PROVIDED": _l("Write the password."),
    "INVALID_PASSWORD": _l("This is not your present password."),
    "PASSWORD_IS_THE_SAME": _l("The new password is the old one."),
    "RETYPE_PASSWORD_MISMATCH": _l("The two passwords differ."),
    "PASSWORD_RESET_REQUEST": _l(
        "If the address belongs to an account, a link is on its way to it."
    ),
    "PASSWORD_RESET_EXPIRED": _l("This link has ended. Ask for a new one."),
    "INVALID_RESET_PASSWORD_TOKEN": _l("This link was used already, or it has ended."),
    "INVALID_REDIRECT": _l("The page to return to is not one of this program."),
}
"""What Flask-Security says, in our words. `%(email)s` is left out: it would be one to guess by."""
PRAISE: Words = {
    "PASSWORD_CHANGE": _l("Your password was changed. Other log-ins of yours have ended."),
    "PASSWORD_RESET_NO_LOGIN": _l("Your password was changed. Log in with it now."),
}

PASSWORD_HINT = _l("At least %(count)s characters; any will do.", count=passwords.SHORTEST)


def resource_label(resource: str) -> str:
    """What a line of the rights matrix is called."""
    return str(RESOURCES.get(resource) or table_label(resource, many=True))


def _filled(message: Any) -> list[Any]:
    return [validators.DataRequired(message)]


class EmailShape:
    """One "@" with something on both sides. Addresses of a school's own network are addresses."""

    def __call__(self, form: Form, field: Any) -> None:
        name, at, host = (field.data or "").strip().rpartition("@")
        if not (name and at and host) or any(letter.isspace() for letter in name + host):
            raise validators.StopValidation(str(MESSAGES["INVALID_EMAIL_ADDRESS"]))


def _address() -> EmailField:
    return EmailField(
        _l("E-mail address"),
        filters=[clean],
        validators=[
            validators.DataRequired(),
            validators.Length(max=254),
            NoControlCharacters(),
            EmailShape(),
        ],
        render_kw={"autocomplete": "email"},
    )


def _new_password(label: Any = None) -> PasswordField:
    return PasswordField(
        label or _l("Password"),
        validators=_filled(MESSAGES["PASSWORD_NOT_PROVIDED"]),
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


def _again(name: str) -> PasswordField:
    return PasswordField(
        _l("The same password again"),
        validators=[
            *_filled(MESSAGES["PASSWORD_NOT_PROVIDED"]),
            validators.EqualTo(name, MESSAGES["RETYPE_PASSWORD_MISMATCH"]),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class AccountForm(Form):
    """A form about accounts; CSRF is checked for the whole program, not by the form."""

    class Meta:
        def get_translations(self, form: Form) -> Any:
            return translations

    put = RecordForm.put


class NewPasswordForm(AccountForm):
    """Anything that sets a first password."""

    password = _new_password()
    password_confirm = _again("password")

    def personal(self) -> tuple[str, ...]:
        """What the password may not consist of."""
        named = (self[name].data or "" for name in ("full_name", "email") if name in self)
        return tuple(named)

    def validate_password(self, field: Any) -> None:
        fault = passwords.weakness(field.data or "", self.personal())
        if fault:
            raise validators.ValidationError(str(PASSWORD_FAULTS[fault]))


class FirstRunForm(NewPasswordForm):
    """The school and its first owner."""

    school = text(Organisation.name, _l("Name of the school"))
    full_name = text(User.full_name, _l("Your name"))
    email = _address()
    password = _new_password()
    password_confirm = _again("password")
    locale = SelectField(
        _l("Language"), choices=[SelectChoice(code, name) for code, name in LOCALES.items()]
    )


class InvitationForm(NewPasswordForm):
    """What an invited person fills in."""

    full_name = text(User.full_name, _l("Your name"))
    password = _new_password()
    password_confirm = _again("password")


class UserForm(AccountForm):
    """What an owner types about a colleague; `roles` are given beside the draft."""

    full_name = text(User.full_name, _l("Name"))
    email = _address()
    roles = SelectMultipleField(
        _l("Roles"),
        choices=[SelectChoice(code, words) for code, words in ROLES.items()],
        validators=[validators.DataRequired(_l("Choose at least one role."))],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )

    def draft(self) -> UserDraft:
        return UserDraft(email=self.email.data or "", full_name=self.full_name.data or "")


class PreferencesForm(AccountForm):
    """What a person decides about the own account."""

    full_name = text(User.full_name, _l("Your name"))
    locale = SelectField(
        _l("Language"), choices=[SelectChoice(code, name) for code, name in LOCALES.items()]
    )
    lock_on_open = BooleanField(
        _l("Ask for my password when the window opens"),
        description=_l("Otherwise whoever can use this computer account opens the register."),
    )


class LogInForm(LoginForm):
    """Flask-Security's, without "remember me": an office computer has many users."""

    email = EmailField(
        _l("E-mail address"),
        filters=[clean],
        validators=_filled(MESSAGES["EMAIL_NOT_PROVIDED"]),
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        validators=_filled(MESSAGES["PASSWORD_NOT_PROVIDED"]),
        render_kw={"autocomplete": "current-password"},
    )
    remember = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""


class ForgotForm(ForgotPasswordForm):
    """Flask-Security's; the address is checked against accounts without saying the result."""


class ResetForm(SecurityResetForm):
    """Flask-Security's, in our words."""

    password = _new_password(_l("New password"))
    password_confirm = _again("password")


class OwnPasswordForm(ChangePasswordForm):
    """Flask-Security's, in our words."""

    password = PasswordField(_l("Present password"), render_kw={"autocomplete": "current-password"})
    new_password = _new_password(_l("New password"))
    new_password_confirm = _again("new_password")
