"""The traps of Flask-Admin's stock class: each check fails there and passes on `RecordView`."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm.exc import DetachedInstanceError

from studentadmin.interchange import formulas
from tests.markup import Page
from tests.queries import count_queries
from tests.views.sites import Ours, Stock

TOMORROW = date.today() + timedelta(days=1)  # noqa: DTZ011
FORMULAS = ("=1+1", "+49 30", "-x", "@SUM(A1)", "\t=1", "'=1", "''+x", "plain", "'plain")


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    return Stock(tmp_path)


@pytest.fixture
def ours(app: Flask, register: Any, as_role: Callable[[str], Any]) -> Ours:
    return Ours(app, as_role("owner"), register, as_role("viewer"))


def hidden_rows_stay_hidden(site: Any) -> None:
    key = site.add("Hidden")
    assert site.open(key).status_code == 200
    site.remove(key)
    assert site.open(key).status_code == 404


def a_cell_is_closed_where_editing_is(site: Any) -> None:
    key = site.add("Before")
    site.cell(key, "name", "not allowed")
    assert site.name_of(key) == "Before"


def a_cell_keeps_to_the_forms_validators(site: Any) -> None:
    key = site.add("Before")
    answer = site.cell(key, "name", "bell\x07")
    assert site.name_of(key) == "Before"
    assert answer.status_code == 422


def a_cell_refuses_unknown_names(site: Any) -> None:
    key = site.add("Before")
    for name in ("id", "hidden", "status", "sort_name", "deleted_at", "nothing", "__class__"):
        assert site.cell(key, name, "1").status_code in {400, 404}


def a_cell_needs_a_token(site: Any) -> None:
    key = site.add("Before")
    assert site.cell(key, "name", "After", token=False).status_code == 400
    assert site.name_of(key) == "Before"


def a_form_needs_a_token(site: Any) -> None:
    values = {"name": "Forged", "student_number": "F1"}
    assert site.post("new", values, token=False).status_code == 400
    assert "Forged" not in site.get("list").text


def a_lookup_gives_twenty_at_most(site: Any) -> None:
    site.add_classes(30)
    for limit in ("1000000", "-1", "0", "x"):
        answer = site.get("lookup", query="Klass", q="Klass", limit=limit)
        assert answer.status_code == 200
        assert 0 < len(answer.get_json()) <= 20


def a_list_counts_no_table(site: Any) -> None:
    site.add("Name")
    with count_queries() as seen:
        assert site.get("list").status_code == 200
    assert [s for s in seen if "count(" in s and "LIMIT" not in s] == []


def a_second_page_skips_no_rows(site: Any) -> None:
    for number in range(60):
        site.add(f"Name {number:02}")
    with count_queries() as seen:
        page = Page(site.get("list", page="1").text)
        for link in page.elements("a", rel="next"):
            assert site.client_in().get(link.attributes["href"]).status_code == 200
    assert [s for s in seen if s.skips_rows] == []


def a_list_has_a_fixed_order_of_equals(site: Any) -> None:
    site.add("Equal")
    with count_queries() as seen:
        assert site.get("list", sort="name").status_code == 200
    rows = [s for s in seen if re.search(r"FROM (student|pupil)\b", s) and "count(" not in s]
    assert [s for s in rows if ".id" in s.partition("ORDER BY")[2]]


def a_page_below_zero_is_no_page(site: Any) -> None:
    site.add("One")
    with count_queries() as seen:
        for args in ({"page": "-1"}, {"after": "-1"}, {"before": "-1"}):
            assert site.get("list", **args).status_code == 200
    assert [s for s in seen if s.skips_rows] == []


def a_relation_is_looked_up_and_not_listed(site: Any) -> None:
    site.add_classes(30)
    assert "Klass 7" not in site.get("form with a relation").text


def a_list_asks_as_much_for_two_rows_as_for_twenty(site: Any) -> None:
    asked = []
    for count in (2, 18):
        for number in range(count):
            site.add_with_class(f"Name {len(asked)} {number}")
        with count_queries() as seen:
            assert site.get("list of relations").status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]


def an_export_begins_before_the_table_was_read(site: Any) -> None:
    site.fill(3000)
    tracemalloc.start()
    answer = site.get("export")
    body = answer.iter_encoded()
    first = next(body)
    _now, peak = tracemalloc.get_traced_memory()
    rest = sum(len(part) for part in body)
    tracemalloc.stop()
    answer.close()
    assert first
    assert rest > 200_000
    assert peak < rest


def an_export_runs_nothing_in_a_spreadsheet(site: Any) -> None:
    for text in FORMULAS:
        site.add(text)
    answer = site.get("export")
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    cells = [cell for line in lines for cell in line]
    assert [cell for cell in cells if cell.startswith(formulas.RUNS)] == []
    back = {" ".join(formulas.unguard(cell).split()) for cell in cells}
    assert {" ".join(text.split()) for text in FORMULAS} <= back


def a_bulk_delete_is_one_change(site: Any) -> None:
    keys = [site.add(f"Name {number}") for number in range(5)]
    with count_queries() as seen:
        site.post("bulk", {"action": "delete", "rowid": keys})
    assert [s for s in seen if s.lstrip().upper().startswith("DELETE")] == []


def a_rule_holds_past_the_form(site: Any) -> None:
    site.create_past_the_form("Unborn", TOMORROW)
    assert "Unborn" not in site.get("list").text


def a_search_takes_its_characters_for_themselves(site: Any) -> None:
    for name in ("Per%cent", "Under_score", "Other"):
        site.add(name)
    for typed, found in (("%", "Per%cent"), ("_", "Under_score")):
        page = Page(site.get("list", search=typed).text)
        table = " ".join(cell.text for cell in page.elements("td") + page.elements("th"))
        assert found in table
        assert "Other" not in table


def a_search_knows_case_beyond_ascii(site: Any) -> None:
    for name in ("Édouard", "Straßer", "Işık", "张伟"):
        site.add(name)
    for typed, found in (
        ("ÉDOUARD", "Édouard"), ("edouard", "Édouard"), ("strasser", "Straßer"),
        ("isik", "Işık"), ("伟", "张伟"),
    ):  # fmt: skip
        assert found in site.get("list", search=typed).text, typed


def a_page_carries_no_inline_handler_style_or_script(site: Any) -> None:
    site.add("Name")
    page = Page(site.get("list").text)
    names = {name for element in page.all for name in element.attributes}
    assert [name for name in names if name.startswith("on") or name == "style"] == []
    assert [e for e in page.elements("script") if "src" not in e.attributes] == []
    links = [element.attributes.get("href", "") for element in page.elements("a")]
    assert [link for link in links if link.lower().startswith("javascript:")] == []


def a_delete_asks_without_script(site: Any) -> None:
    """Where scripts do not run, nothing in a list removes a row at one click."""
    site.add("Name")
    forms = Page(site.get("list").text).forms
    assert [form.action for form in forms if "delete" in form.action] == []


def a_page_speaks_to_a_screen_reader(site: Any) -> None:
    site.add("Name")
    page = Page(site.get("list").text)
    assert page.elements("html")[0].attributes.get("lang")
    assert len(page.elements("main")) == 1
    target = page.elements("main")[0].attributes["id"]
    assert page.elements("a", href=f"#{target}")
    heads = page.elements("th")
    assert heads
    assert all(head.attributes.get("scope") in {"col", "row"} for head in heads)


def a_page_loads_no_old_library(site: Any) -> None:
    page = Page(site.get("list").text)
    sources = [element.attributes.get("src", "") for element in page.elements("script")]
    assert [s for s in sources if re.search(r"jquery|select2|x-editable|bootstrap", s)] == []


def a_stranger_sees_no_list(site: Any) -> None:
    site.add("Secret")
    answer = site.stranger().get(site.addresses["list"])
    assert answer.status_code in {302, 401, 403}
    assert "Secret" not in answer.text


def a_view_is_run_once(site: Any) -> None:
    runs = []

    def view(*args: Any, **named: Any) -> None:
        runs.append(1)
        raise TypeError("of the view itself")

    with pytest.raises(TypeError):
        site.view._run_view(view)
    assert len(runs) == 1


def an_export_takes_every_column_of_the_list(site: Any) -> None:
    site.add_with_class("Name")
    answer = site.get("export of relations")
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    assert len(lines) == 2


def an_unaddressed_page_is_not_served(site: Any) -> None:
    """What the class inherits and nobody declared a right for."""
    key = site.add("Name")
    root = site.addresses["list"]
    for tail in (f"details/?id={key}", f"edit/?id={key}", "export/csv/", "ajax/lookup/?name=x"):
        assert site.client_in().get(root + tail).status_code == 404, tail
    for tail in ("action/", "ajax/update/", "delete/"):
        assert site.post_to(root + tail).status_code == 404, tail


CHECKS: list[Callable[[Any], None]] = [
    hidden_rows_stay_hidden, a_cell_is_closed_where_editing_is,
    a_cell_keeps_to_the_forms_validators, a_cell_refuses_unknown_names, a_cell_needs_a_token,
    a_form_needs_a_token, a_lookup_gives_twenty_at_most, a_list_counts_no_table,
    a_second_page_skips_no_rows,
    a_list_has_a_fixed_order_of_equals, a_page_below_zero_is_no_page,
    a_relation_is_looked_up_and_not_listed, a_list_asks_as_much_for_two_rows_as_for_twenty,
    an_export_begins_before_the_table_was_read, an_export_runs_nothing_in_a_spreadsheet,
    a_bulk_delete_is_one_change, a_rule_holds_past_the_form,
    a_search_takes_its_characters_for_themselves, a_search_knows_case_beyond_ascii,
    a_page_carries_no_inline_handler_style_or_script, a_delete_asks_without_script,
    a_page_speaks_to_a_screen_reader, a_page_loads_no_old_library, a_stranger_sees_no_list,
    a_view_is_run_once, an_export_takes_every_column_of_the_list,
    an_unaddressed_page_is_not_served,
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.filterwarnings("ignore")
def test_the_stock_class_falls_in(check: Callable[[Any], None], stock: Stock) -> None:
    with pytest.raises((AssertionError, DetachedInstanceError)):
        check(stock)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_ours_does_not(check: Callable[[Any], None], ours: Ours) -> None:
    check(ours)
