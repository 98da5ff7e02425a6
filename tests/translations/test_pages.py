"""Every page as a Chinese reader meets it: no English word but names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import RECORDS, ChangeSet
from studentadmin.services.enrolment_type import EnrolmentTypeDraft, enrolment_types
from studentadmin.services.person import EmailDraft, emails
from studentadmin.services.unit import Actor, write
from studentadmin.views.admin import pages
from tests.markup import VOID

TERMINAL = Actor.system("command line")
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(
    r"Student Admin|CSV|JSON|UTF-8|Excel|Python|MiB|[kMGT]B|settings\.toml|IP|ID|Esc|Ctrl|HTTPS?"
    r"|[\w.+-]+@[\w.-]+|(?:/[\w.-]+){2,}|sqlite|mysql|MIT|[A-Z]+(?:_[A-Z]+)+|TRUSTED_HOSTS"
    r"|Owner Person|Clerk Person|studentadmin(?: [a-z]+)*|^test$|UTC|GMT|^(?:切换为 )?English$"
    r"|^(?:utf-\d+|gb18030|big5|shift_jis|euc_kr|cp\d+)$"
)
"""What stays as it is: names, units, keys, addresses, paths, commands, encodings."""

TECHNICAL = re.compile(
    r"[\u4e00-\u9fff]|^[a-z0-9_.,@ -]+$|^(?:True|False|INFO)$|Licen|BSD|Copyright"
)
"""What the page about the program may say besides: values, libraries, licences."""

ATTRIBUTES = frozenset(
    [
        "title",
        "aria-label",
        "placeholder",
        "alt",
        "data-confirm",
        "data-confirm-ok",
        "data-unsaved",
        "data-busy",
        "data-copied",
        "data-lookup-none",
        "data-lookup-failed",
        "data-lookup-count",
        "data-too-big",
        "data-label",
        "data-refused",
    ]
)
NOT_FOR_READING = {"script", "style", "code", "kbd"}


class Reader(HTMLParser):
    """Collects what a person reads or hears, outside of code and of parts in another language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()

    @property
    def _quiet(self) -> bool:
        return any(quiet for _tag, quiet in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        foreign = tag != "html" and not (given.get("lang") or "zh").startswith("zh")
        if tag not in VOID:
            drawn = "avatar" in (given.get("class") or "").split()  # initials of a name
            self._open.append((tag, foreign or drawn or tag in NOT_FOR_READING))
        if not foreign:
            self.said += [text for name in ATTRIBUTES if (text := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._quiet:
            self.said.append(data.strip())


def english(html: str) -> list[str]:
    """Texts of a page with a word in Latin letters that is no name."""
    assert '<html lang="zh-Hans-CN"' in html
    return [text for text in Reader(html).said if WORD.search(NAMES.sub("", text))]


def open_in_chinese(desk: Any, url: str) -> str:
    answer = desk.get(url, headers=CHINESE, follow_redirects=True)
    assert answer.status_code == 200, (url, answer.status_code)
    return str(answer.text)


@pytest.fixture
def family(app: Flask, register: Any) -> dict[str, str]:
    """One record of every table, all in Chinese; the address of each."""
    school = register.organisation(name="第一中学", identifier="4401")
    year = register.academic_session(title="2026—2027")
    grade = register.grade_level("09", name="九")
    room = register.homeroom(
        "九（1）班", organisation_id=school.id, academic_session_id=year.id, grade_level_id=grade.id
    )
    student = register.student(
        "20260001",
        family_name="王",
        given_name="小明",
        native_name="王小明",
        sex="male",
        birth_date=date(2012, 3, 4),
    )
    person = register.person(family_name="李", given_name="芳")
    register.contact(student, person)
    register.enrolment(
        student, organisation_id=school.id, academic_session_id=year.id, grade_level_id=grade.id
    )
    for table, values in (
        ("phone", {"number": "13800138000"}),
        ("address", {"street": "中山路 1 号", "city": "广州"}),
        ("student_identifier", {"scheme": "xueji", "value": "440123"}),
    ):
        owner = {"student_id": student.id}
        add(app, table, {**owner, **values})
    own_type = EnrolmentTypeDraft("exit", "601", "出国", "transferred")
    add_teaching(app, school.id, year.id, room.id, student.id)
    with app.app_context():
        write(lambda unit: enrolment_types.create(unit, own_type), by=TERMINAL, why="create")
        draft = EmailDraft(type="home", address="wang@example.org", person_id=person.id)
        write(
            lambda unit: emails.create(unit, draft), by=Actor.system("command line"), why="create"
        )
        found = {}
        for table in words.FORMS:
            row = db.session.query(RECORDS[table]).first()
            assert row is not None, table
            found[table] = str(pages.key_of(row))
    return found


def add(app: Flask, table: str, values: dict[str, Any]) -> None:
    from studentadmin.services.records import service_of

    with app.app_context():
        service = service_of(RECORDS[table])
        draft = words.FORMS[table].draft_type
        if table in {"phone", "address"}:
            values = {"type": "home", **values}
        write(
            lambda unit: service.create(unit, draft(**values)),
            by=TERMINAL,
            why="create",
        )


def add_teaching(app: Flask, school: int, year: int, room: int, student: int) -> None:
    """A course with a section, a calendar with a holiday, a sheet and a mark."""
    place = {"organisation_id": school, "academic_session_id": year}
    day = date(2026, 10, 12)
    with app.app_context():
        late = db.session.query(RECORDS["attendance_code"].id).filter_by(code="L").scalar()
    add(app, "course", {"title": "九年级数学", "course_code": "M9", "organisation_id": school})
    for table, values in (
        ("section", {"title": "数学九（1）", "academic_session_id": year}),
        ("section_enrolment", {"student_id": student, "begin_date": day}),
        ("calendar", place),
        ("calendar_date", {"title": "国庆节", "start_date": date(2026, 10, 1),
                           "end_date": date(2026, 10, 7)}),
        ("attendance_sheet", {"homeroom_id": room, "date": day}),
        ("attendance_event", {"student_id": student, "date": day, "attendance_code_id": late,
                              "minutes": 10, "reason": "公交晚点"}),
    ):  # fmt: skip
        with app.app_context():
            keys = {
                f"{parent}_id": db.session.query(RECORDS[parent].id).limit(1).scalar()
                for parent in PARENTS.get(table, ())
            }
        add(app, table, {**values, **keys})


PARENTS = {
    "section": ("course",),
    "section_enrolment": ("section",),
    "calendar_date": ("calendar",),
}


def plain_pages(app: Flask) -> Iterator[str]:
    """Addresses that need nothing to be named, and answer with a page."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            if (
                rule.endpoint.endswith((".export", ".ajax_lookup", ".count_view"))
                or "logout" in rule.endpoint
            ):
                continue
            yield rule.rule


def test_every_page_speaks_chinese_to_its_owner(app: Flask, family: Any, owner: Any) -> None:
    found = {}
    for url in plain_pages(app):
        answer = owner.get(url, headers=CHINESE)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[url] = english(answer.text)
    assert len(found) > 30, "the walk opened the pages"
    about = found.pop("/about")  # names of settings, their values and of libraries
    assert not [text for text in about if not TECHNICAL.search(text)]
    assert {url: texts for url, texts in found.items() if texts} == {}


def test_every_record_speaks_chinese(app: Flask, family: dict[str, str], owner: Any) -> None:
    found = {}
    with app.test_request_context():
        addresses = [
            app.url_for(f"{table}.{page}", key=key)
            for table, key in family.items()
            for page in ("details_view", "edit_view", "delete_view", "history_view")
        ]
    for url in addresses:
        if texts := english(open_in_chinese(owner, url)):
            found[url] = texts
    assert found == {}


def test_changes_speak_chinese(app: Flask, family: Any, owner: Any) -> None:
    with app.app_context():
        keys = [key for (key,) in db.session.query(ChangeSet.id).order_by(ChangeSet.id.desc())]
    found = {key: english(open_in_chinese(owner, f"/changes/{key}")) for key in keys[:20]}
    assert {key: texts for key, texts in found.items() if texts} == {}


def test_refused_buttons_name_their_rule_in_chinese(family: dict[str, str], clerk: Any) -> None:
    page = open_in_chinese(clerk, f"/students/{family['student']}")
    assert english(page) == []
    assert "您的角色（办公人员）没有这项权限：学生，移到回收站。" in page
    assert "所有者、学籍管理员" in page


def test_an_empty_register_speaks_chinese(owner: Any) -> None:
    for url in ("/", "/students/", "/people/", "/homerooms/", "/trash", "/changes/", "/import/"):
        assert english(open_in_chinese(owner, url)) == [], url


def test_a_form_sent_empty_answers_in_chinese(app: Flask, owner: Any) -> None:
    """WTForms' own words come from its own catalogue."""
    for table in words.FORMS:
        with app.test_request_context():
            url = app.url_for(f"{table}.create_view")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', open_in_chinese(owner, url))
        assert token
        typed = {"csrf_token": token[1], "birth_date": "xx", "sequence": "xx", "address": "xx"}
        answer = owner.client.post(url, data=typed, headers=CHINESE)
        assert answer.status_code == 422, table
        assert english(answer.text) == [], table


@pytest.mark.parametrize("url", ["/login", "/reset", "/nowhere"])
def test_strangers_read_chinese(office: Any, app: Flask, url: str) -> None:
    office.person("owner")
    answer = app.test_client().get(url, headers=CHINESE)
    assert answer.status_code in {200, 404}
    assert english(answer.text) == []


def test_log_in_refuses_in_chinese(office: Any, app: Flask) -> None:
    office.person("owner")
    browser = app.test_client()
    page = browser.get("/login", headers=CHINESE).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    for typed in ({}, {"email": "nobody@school.local", "password": "wrong wrong wrong"}):
        data = {"csrf_token": token[1], **typed}
        answer = browser.post("/login", data=data, headers=CHINESE)
        assert answer.status_code == 200
        assert english(answer.text.replace("nobody@school.local", "")) == []


def test_a_wrong_word_would_be_seen() -> None:
    html = '<html lang="zh-Hans-CN"><p>学生</p><p title="Students">x</p><code>Setting</code></html>'
    assert english(html) == ["Students"]
