"""What filters ask of the database: `rules/conditions.py` put into SQL, the same on both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from studentadmin.extensions import ReadSession
from studentadmin.models import AcademicSession, ChangeRow, ChangeSet
from studentadmin.models.folded import Folded
from studentadmin.rules import conditions as rules
from studentadmin.rules import names, student_number
from studentadmin.rules.conditions import Condition, Filters
from studentadmin.rules.periods import Period
from studentadmin.rules.school_year import usual_school_year
from studentadmin.services.listing import ListQuery, contains_words, escape_like

Asked = Callable[[ListQuery], ColumnElement[bool]]


@dataclass(frozen=True)
class Field:
    """Something that may be asked: its kind (see `rules/conditions.py`) and the path it reads."""

    kind: str
    path: str


@dataclass(frozen=True)
class Moment:
    """What "today", "this school year", "me" and a day in the reader's time zone mean."""

    today: date
    zone: tzinfo
    school_year: Period
    user_id: int | None = None


def moment(
    session: ReadSession, filters: Filters, zone: tzinfo, user_id: int | None = None
) -> Moment:
    """Now; the school year is looked up only where a filter asks for it."""
    today = datetime.now(zone).date()
    asks = any(condition.operator == "year" for condition in filters)
    year = running_school_year(session, today) if asks else usual_school_year(today)
    return Moment(today, zone, year, user_id)


def running_school_year(session: ReadSession, today: date) -> Period:
    """The school year of the register that holds today, else the usual one."""
    query = (
        select(AcademicSession.start_date, AcademicSession.end_date)
        .where(
            AcademicSession.type == "schoolYear",
            AcademicSession.deleted_at.is_(None),
            AcademicSession.start_date <= today,
            AcademicSession.end_date >= today,
        )
        .order_by(AcademicSession.id)
        .limit(1)
    )
    found = session.execute(query).first()
    return Period(*found) if found else usual_school_year(today)


def where(filters: Filters, fields: Mapping[str, Field], now: Moment) -> list[Asked]:
    """Conditions for `ListQuery.where`; every column of `filters` must be in `fields`."""
    if not filters:
        return []
    inner, outer = (and_, or_) if filters.any_group else (or_, and_)

    def condition(query: ListQuery) -> ColumnElement[bool]:
        groups = [
            inner(*(_asked(query, item, fields[item.column], now) for item in group))
            for group in filters.groups
        ]
        return outer(*groups)

    return [condition]


def _asked(query: ListQuery, item: Condition, field: Field, now: Moment) -> ColumnElement[bool]:
    if field.kind == "author":
        return _changed_by(query, item, now)
    column = query.column(field.path)
    if item.operator in {"empty", "filled"}:
        return _emptiness(column, field.kind, empty=item.operator == "empty")
    if field.kind in {"text", "name"}:
        return _text(query, item, field.path, column)
    if field.kind in {"date", "instant"}:
        return _days(item, field.kind, column, now)
    if field.kind == "number":
        low, high = item.values if item.operator == "between" else item.values * 2
        return _between(column, int(low) if low else None, int(high) if high else None)
    if field.kind == "bool":
        found: ColumnElement[bool] = column.is_(item.values == ("yes",))
        return found
    values = [int(v) for v in item.values] if field.kind == "relation" else list(item.values)
    if item.operator == "not":
        return or_(column.not_in(values), column.is_(None))
    among: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return among


def _emptiness(column: Any, kind: str, *, empty: bool) -> ColumnElement[bool]:
    nothing = column.is_(None)
    if kind == "text":
        nothing = or_(nothing, column == "")
    return nothing if empty else ~nothing  # type: ignore[no-any-return]


def _text(query: ListQuery, item: Condition, path: str, column: Any) -> ColumnElement[bool]:
    (text,) = item.values
    if item.operator == "contains":
        return contains_words((path,), text)(query)
    folded = names.fold(text)
    if column.key == "student_number":
        forms = {student_number.normalise(text)}
    elif column.key in {"search_name", "digits"}:
        forms = {folded}
    else:
        # a server folds the column less than we fold the text
        column, forms = Folded(column), {folded, text.lower()}
    forms.discard("")
    if not forms:
        return false()
    if item.operator == "is":
        return or_(*(column == form for form in sorted(forms)))
    return or_(*(column.like(f"{escape_like(form)}%", escape="\\") for form in sorted(forms)))


def _days(item: Condition, kind: str, column: Any, now: Moment) -> ColumnElement[bool]:
    low, high = rules.days(item, now.today, now.school_year)
    if kind == "date":
        return _between(column, low, high)
    parts = []
    if low is not None:
        parts.append(column >= _midnight(low, now.zone))
    if high is not None and high < date.max:
        parts.append(column < _midnight(high + timedelta(days=1), now.zone))
    return and_(column.is_not(None), *parts)


def _midnight(day: date, zone: tzinfo) -> datetime:
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return datetime.combine(day, time(), UTC)


def _between(column: Any, low: Any, high: Any) -> ColumnElement[bool]:
    if low is not None and low == high:
        return column == low  # type: ignore[no-any-return]
    parts = [] if low is None else [column >= low]
    if high is not None:
        parts.append(column <= high)
    return and_(*parts) if parts else column.is_not(None)


def _changed_by(query: ListQuery, item: Condition, now: Moment) -> ColumnElement[bool]:
    keys = [now.user_id or 0 if value == rules.ME else int(value) for value in item.values]
    rows = (
        select(ChangeRow.row_id)
        .join(ChangeRow.change_set)
        .where(ChangeRow.table_name == query.model.__tablename__, ChangeSet.by_user_id.in_(keys))
    )
    found: ColumnElement[bool] = query.model.id.in_(rows)
    return found
