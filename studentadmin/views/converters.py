"""Parts of an address that are more than text."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter

from studentadmin.rules import student_number


class StudentNumberConverter(BaseConverter):
    """`<student_no:key>`: a malformed number is 404 without a query; the normal form is printed."""

    regex = student_number.URL_REGEX

    def to_python(self, value: str) -> str:
        return student_number.normalise(value)

    def to_url(self, value: str) -> str:
        return student_number.normalise(str(value))


class KeyConverter(IntegerConverter):
    """`<int:key>`: a number that no database holds is 404, not an error of the database."""

    regex = "[0-9]{1,18}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = KeyConverter
    app.url_map.converters["student_no"] = StudentNumberConverter
