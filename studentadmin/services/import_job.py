"""What is kept of an import beside its change set: the file, how it was read, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from studentadmin.errors import Missing
from studentadmin.models import ChangeSet, ImportJob, ImportRow
from studentadmin.services.unit import Unit

CHUNK = 1_000


@dataclass(frozen=True)
class ImportJobDraft:
    """A file and how it was read; `mapping` and `date_orders` by heading, `counts` by outcome."""

    file_name: str
    file_sha256: str
    encoding: str
    delimiter: str
    mapping: Mapping[str, str]
    date_orders: Mapping[str, str]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class ImportRowDraft:
    """What became of the row that began on `line`."""

    line: int
    outcome: str
    student_id: int | None


def keep(unit: Unit, draft: ImportJobDraft, rows: Iterable[ImportRowDraft]) -> ImportJob:
    """Write down the import that this unit is."""
    job = ImportJob(
        at=unit.now,
        change_set=unit.change_set,
        file_name=draft.file_name[-255:],
        file_sha256=draft.file_sha256,
        encoding=draft.encoding,
        delimiter=draft.delimiter,
        mapping=dict(draft.mapping),
        date_orders=dict(draft.date_orders),
        counts=dict(draft.counts),
    )
    unit.session.add(job)
    unit.session.flush()
    lines = [
        {
            "import_job_id": job.id,
            "line": row.line,
            "outcome": row.outcome,
            "student_id": row.student_id,
        }
        for row in rows
    ]
    for start in range(0, len(lines), CHUNK):
        unit.session.execute(insert(ImportRow), lines[start : start + CHUNK])
    return job


def find(session: Session, job_id: int) -> ImportJob:
    """The import of that key. Raises Missing."""
    job = session.get(ImportJob, job_id)
    if job is None:
        raise Missing(_("There is no such import."))
    return job


def of_key(session: Session, key: str) -> ImportJob | None:
    """The import that was sent with this idempotency key."""
    query = select(ImportJob).join(ImportJob.change_set).where(ChangeSet.idempotency_key == key)
    return session.scalars(query).first()


def latest(session: Session, limit: int = 10) -> list[ImportJob]:
    """The last imports, newest first."""
    return list(session.scalars(select(ImportJob).order_by(ImportJob.id.desc()).limit(limit)))
