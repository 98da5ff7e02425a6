"""A clerk who adds, enrols, edits and removes students over HTTP and keeps a ledger of it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tests.durability.ledger import Ledger, Write
from tests.e2e.visitor import Visitor

CLERKS = 4
TWO_ROWS = frozenset({"student", "enrolment"})
YESTERDAY = str(datetime.now().astimezone().date() - timedelta(days=1))


def email(number: int) -> str:
    """The address that the clerk of this number logs in with."""
    return f"clerk{number}@school.example"


@dataclass
class Known:
    """A student as this clerk left him."""

    number: str
    family_name: str
    version: int = 1
    enrolled: bool = False


class Clerk:
    """Writes until the line breaks. What was under way then is sent again, as a person would."""

    def __init__(self, name: str, ledger: Ledger, told: Callable[[], None], seed: int) -> None:
        self.name = name
        self.ledger = ledger
        self.random = Random(seed)
        self.students: list[Known] = []
        self.visitor: Visitor | None = None
        self._told = told
        self._next = 0
        self._open: tuple[Write, Callable[[], None]] | None = None

    def come_in(self, port: int, email: str, password: str) -> None:
        self.visitor = Visitor(port)
        self.visitor.log_in(email, password)
        self.visitor.keeps_cookies = False

    def work_until_cut_off(self) -> None:
        """Raises AssertionError for any answer that is not the acknowledgement of a write."""
        try:
            if self._open is not None:
                self._finish(*self._open, again=True)
            while True:
                self._open = self._think_of_something()
                self._finish(*self._open)
        except (OSError, http.client.HTTPException):
            return

    def _finish(self, write: Write, keep: Callable[[], None], *, again: bool = False) -> None:
        assert self.visitor is not None
        self.ledger.sent[write.key] = write
        answer = self.visitor.post(write.path, {**write.data, "idempotency_key": write.key})
        gone_already = again and answer.status == 404 and write.path.endswith("/delete")
        if answer.status != 303 and not gone_already:
            raise AssertionError(f"{write}: {answer.status}\n{answer.page[:3000]}")
        self.ledger.acknowledged.add(write.key)
        keep()
        self._open = None
        self._told()

    def _think_of_something(self) -> tuple[Write, Callable[[], None]]:
        fresh = [student for student in self.students if not student.enrolled]
        if len(self.students) < 3 or self.random.random() < 0.3:
            return self._add()
        if fresh and self.random.random() < 0.5:
            return self._enrol(self.random.choice(fresh))
        student = self.random.choice(self.students)
        if student.enrolled and self.random.random() < 0.3:
            return self._remove(student)
        return self._edit(student)

    def _key(self) -> str:
        self._next += 1
        return f"{self.name}-{self._next}"

    def _add(self) -> tuple[Write, Callable[[], None]]:
        key = self._key()
        student = Known(key.upper(), f"Family {key}")
        data = {"student_number": student.number, "family_name": student.family_name}
        mark = ("student", "insert", "student_number", student.number)
        write = Write(key, "/students/new", data, frozenset({"student"}), mark)
        return write, lambda: self.students.append(student)

    def _edit(self, student: Known) -> tuple[Write, Callable[[], None]]:
        key = self._key()
        data = {
            "student_number": student.number,
            "family_name": student.family_name,
            "middle_name": f"Edit {key}",
            "version": str(student.version),
        }
        mark = ("student", "update", "middle_name", data["middle_name"])
        path = f"/students/{student.number}/edit"

        def keep() -> None:
            student.version += 1

        return Write(key, path, data, frozenset({"student"}), mark), keep

    def _enrol(self, student: Known) -> tuple[Write, Callable[[], None]]:
        """Two rows: the enrolment, and the student's status that follows from it."""
        key = self._key()
        data = {
            "student_id": self._id_of(student),
            "organisation_id": "1",
            "academic_session_id": "1",
            "grade_level_id": "1",
            "entry_date": YESTERDAY,
            "entry_type": "new",
            "is_primary": "y",
        }
        mark = ("enrolment", "insert", "student_id", data["student_id"])

        def keep() -> None:
            student.enrolled = True
            student.version += 1

        return Write(key, "/enrolments/new", data, TWO_ROWS, mark), keep

    def _remove(self, student: Known) -> tuple[Write, Callable[[], None]]:
        """Two rows: the student and his enrolment go to the trash together."""
        path = f"/students/{student.number}/delete"
        mark = ("student", "trash", "student_number", student.number)
        write = Write(self._key(), path, {}, TWO_ROWS, mark)
        return write, lambda: self.students.remove(student)

    def _id_of(self, student: Known) -> str:
        assert self.visitor is not None
        found = json.loads(self.visitor.get(f"/students/lookup?q={student.number}").page)
        keys = [item["id"] for item in found if item["text"].endswith(f"({student.number})")]
        assert len(keys) == 1, f"{student.number} was acknowledged and is there {len(keys)} times"
        return str(keys[0])
