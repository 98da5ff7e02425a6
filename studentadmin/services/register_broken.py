"""Registers that cannot be opened, and what a person can do about each."""

from __future__ import annotations

from pathlib import Path

from flask_babel import gettext as _

from studentadmin.errors import BadFile, StudentAdminError
from studentadmin.services import backup, register_file
from studentadmin.services.backup import Backup
from studentadmin.settings import Settings


class RegisterBroken(StudentAdminError):
    """The register cannot be opened; the message ends with the cure.

    `backup` is the newest good backup, when restoring it is the cure.
    """

    status = 503

    def __init__(self, message: str, restorable: Backup | None = None) -> None:
        super().__init__(message)
        self.backup = restorable


def broken(settings: Settings, file: Path, problem: str) -> RegisterBroken:
    """`file` is damaged; it is left as it is, for whoever may rescue more from it."""
    return _with_cure(
        settings,
        _("The register %(file)s is damaged: %(problem)s.", file=file, problem=problem),
    )


def missing(settings: Settings, file: Path) -> RegisterBroken | None:
    """Why no new register may be made in the place of `file`; None when there never was one."""
    left = [path.name for path in register_file.companions(file) if path.exists()]
    if not backup.list_backups(settings) and not left:
        return None
    return _with_cure(
        settings,
        _(
            "The register %(file)s is not there any more, though it was before. If it was moved,"
            " put it back.",
            file=file,
        ),
    )


def not_ours(file: Path) -> RegisterBroken:
    """`file` is sound, and of another program."""
    return RegisterBroken(
        _(
            "%(file)s is not a register of Student Admin. Choose another data folder, or move"
            " this file away.",
            file=file,
        )
    )


def newest_good(settings: Settings) -> Backup | None:
    """The newest backup that is whole when read just now."""
    for candidate in backup.list_backups(settings):
        try:
            return backup.verify(settings, candidate.name)
        except (BadFile, StudentAdminError):
            continue
    return None


def _with_cure(settings: Settings, what: str) -> RegisterBroken:
    good = newest_good(settings)
    if good is None:
        cure = _(
            "There is no backup that could be restored. Leave the folder as it is and ask"
            " whoever looks after this computer."
        )
    else:
        cure = _(
            "The newest good backup is %(name)s, with %(students)d students. Restore it with:"
            " studentadmin backup restore %(name)s",
            name=good.name,
            students=good.students,
        )
    return RegisterBroken(f"{what} {cure}", good)
