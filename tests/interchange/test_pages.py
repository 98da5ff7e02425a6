"""Upload, preview, commit, result: as a browser does it."""

import io
import re

import pytest
from sqlalchemy import func, select

from studentadmin.interchange import parking
from studentadmin.models import ChangeSet, Student
from studentadmin.services import backup
from tests.interchange.conftest import CASES

TEXT = "Student Number,Last Name,First Name\nS1,Klein,Ora\nS2,Stark,<b>Florence</b>\n"
AMBIGUOUS = (CASES / "ambiguous-dates" / "input.csv").read_bytes()


@pytest.fixture(autouse=True)
def backups(monkeypatch):
    asked = []
    real = backup.create
    monkeypatch.setattr(
        backup, "create", lambda settings, reason: asked.append(real(settings, reason).reason)
    )
    return asked


@pytest.fixture(autouse=True)
def without_csrf(app, monkeypatch):
    """Tokens are tested in tests/guards."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


class Browser:
    """A client whose every request stands alone.

    Flask keeps who is logged in on the application context; the one around the test would make
    every request the first one's person.
    """

    def __init__(self, app, client):
        self.app = app
        self.client = client

    def get(self, *arguments, **options):
        with self.app.app_context():
            return self.client.get(*arguments, **options)

    def post(self, *arguments, **options):
        with self.app.app_context():
            return self.client.post(*arguments, **options)


@pytest.fixture
def as_role(app, as_role):
    return lambda role: Browser(app, as_role(role))


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def folder(app):
    return parking.folder_in(app.extensions["studentadmin.settings"].data_dir)


@pytest.fixture
def upload(owner, folder):
    """`upload(content)`: the answer to an upload, the preview where it was taken."""

    def send(content=TEXT, browser=owner, name="students.csv", **form):
        data = content.encode() if isinstance(content, str) else content
        form = {"file": (io.BytesIO(data), name), "kind": "student", **form}
        return browser.post("/import/", data=form, follow_redirects=True)

    yield send
    for path in folder.iterdir():
        path.unlink()


def address(page):
    return page.request.path


def key_of(page):
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)
    return found[1] if found else ""


def write(browser, page, key=None):
    data = {"idempotency_key": key_of(page) if key is None else key}
    return browser.post(f"{address(page)}/commit", data=data, follow_redirects=True)


def count(session, model):
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model))


def test_upload_preview_commit_undo(owner, upload, session, folder, backups):
    page = upload()
    assert page.status_code == 200
    assert "S1 Ora Klein" in page.text
    assert "&lt;b&gt;Florence" in page.text
    assert count(session, Student) == 0
    assert len(list(folder.iterdir())) == 1

    done = write(owner, page)
    assert "/import/done/" in address(done)
    assert count(session, Student) == 2
    assert list(folder.iterdir()) == []
    assert backups == ["before-import"]

    (undo_url,) = set(re.findall(r'action="(/changes/\d+/undo)"', done.text))
    assert owner.post(undo_url).status_code == 303
    assert count(session, Student) == 0
    assert undo_url not in owner.get(address(done)).text
    assert "students.csv" in owner.get("/import/").text


def test_sending_the_commit_twice_writes_once(owner, upload, session):
    page = upload()
    key = key_of(page)
    first = write(owner, page, key)
    changes = count(session, ChangeSet)
    second = write(owner, page, key)
    assert address(second) == address(first)
    assert count(session, ChangeSet) == changes


def test_only_what_was_shown_is_written(owner, upload, session, register):
    page = upload()
    register.student("S1", family_name="Somebody", given_name="Else")
    answer = write(owner, page)
    assert address(answer) == address(page)
    assert "changed since you looked" in answer.text
    assert count(session, Student) == 1
    assert write(owner, page, key="").status_code == 200
    assert write(owner, page, key="x" * 60).status_code == 200
    assert count(session, Student) == 1
    assert "/import/done/" in address(write(owner, answer))


def test_a_date_question_is_answered_on_the_page(owner, upload, session):
    page = upload(AMBIGUOUS)
    assert "How are the dates written?" in page.text
    assert "4/2/2012 = April 2, 2012" in page.text
    assert key_of(page) == ""
    assert write(owner, page, key="x").status_code == 200
    assert count(session, Student) == 0
    answered = owner.post(
        f"{address(page)}/columns", data={"date_order": "dmy"}, follow_redirects=True
    )
    assert "4/2/2012 = April 2, 2012" in answered.text
    write(owner, answered)
    student = session.scalars(select(Student).filter_by(student_number="A1")).one()
    assert student.birth_date.isoformat() == "2012-02-04"


def test_columns_are_changed_on_the_page(owner, upload, session):
    page = upload("a,b,c\nS1,Klein,zh\n")
    assert "Choose which one does" in page.text
    chosen = {"column-0": "student_number", "column-1": "family_name", "column-2": "language"}
    answer = owner.post(f"{address(page)}/columns", data=chosen, follow_redirects=True)
    write(owner, answer)
    student = session.scalars(select(Student)).one()
    assert (student.family_name, student.language) == ("Klein", "zh")


@pytest.mark.parametrize(
    "fields",
    [
        {"column-0": "sex", "column-1": "sex"},
        {"column-0": "password"},
        {"column-0": "banana", "date_order": "ydm"},
        {"column-99": "sex"},
        {},
    ],
)
def test_odd_choices_are_refused_or_ignored(owner, upload, fields):
    page = upload()
    answer = owner.post(f"{address(page)}/columns", data=fields, follow_redirects=True)
    assert answer.status_code == 200
    assert address(answer) == address(page)
    assert key_of(answer)


def test_rows_are_shown_by_outcome_and_in_pages(owner, upload):
    rows = "".join(f"N{number:03},Family{number:03},Ora\n" for number in range(120))
    page = upload("Student Number,Last Name,First Name\n-,Bad,Number\n" + rows)
    path = address(page)
    assert "Family048" in page.text
    assert "Family049" not in page.text
    assert "Family049" in owner.get(f"{path}?from=50").text
    assert "Family119" in owner.get(f"{path}?from=999999").text
    refused = owner.get(f"{path}?shown=refused").text
    assert "Family048" not in refused
    assert "begins and ends with a letter" in refused
    for odd in ("?from=-1", "?from=x", "?shown=banana", "?from=²"):
        assert owner.get(path + odd).status_code == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"PK\x03\x04", "workbook"), (b'a\n"b', "quotation mark")],
)
def test_a_file_that_is_no_table_says_what_to_do(upload, folder, content, words):
    page = upload(content)
    assert page.status_code == 422
    assert words in page.text
    assert list(folder.iterdir()) == []


def test_no_file_is_refused_kindly(owner):
    page = owner.post("/import/", data={})
    assert page.status_code == 422
    assert "Choose a file first." in page.text


def test_the_encoding_can_be_chosen(upload):
    content = TEXT.replace("Ora", "Zoë").encode("cp1252")
    assert "S1 Zoë Klein" in upload(content, encoding="cp1252").text
    assert upload(content, encoding="utf-8").status_code == 422


def test_cancelling_lets_go_of_the_file(owner, upload, folder):
    page = upload()
    answer = owner.post(f"{address(page)}/cancel", follow_redirects=True)
    assert "Nothing was written" in answer.text
    assert list(folder.iterdir()) == []
    assert owner.get(address(page)).status_code == 404


def test_an_upload_is_for_the_person_who_sent_it(upload, as_role):
    page = upload()
    other = as_role("owner")
    assert other.get(address(page)).status_code == 404
    for step in ("columns", "commit", "cancel"):
        assert other.post(f"{address(page)}/{step}").status_code == 404
    assert other.get("/import/..%2f..%2fregister").status_code == 404


@pytest.mark.parametrize("role", ["teacher", "head", "viewer"])
def test_who_may_not_import_is_refused(as_role, role):
    browser = as_role(role)
    assert browser.get("/import/").status_code == 403
    assert browser.post("/import/").status_code == 403
    assert browser.get("/import/done/1").status_code == 403


def test_a_clerk_imports_but_adds_no_school(upload, as_role, session):
    clerk = as_role("clerk")
    page = upload("Student Number,Last Name,School,Grade\nS1,Klein,A,9\n", browser=clerk)
    assert "Ask a registrar" in page.text
    assert key_of(page) == ""
    plain = upload(browser=clerk)
    done = write(clerk, plain)
    assert "/import/done/" in address(done)
    assert count(session, Student) == 2
    assert "/undo" in done.text


def test_a_name_as_long_as_it_likes_and_a_file_named_oddly(upload, owner):
    page = upload(name="../../" + "学" * 400 + ".csv")
    assert page.status_code == 200
    assert write(owner, page).status_code == 200


def test_a_list_that_is_all_there_offers_nothing_to_write(upload, owner):
    write(owner, upload())
    again = upload()
    assert key_of(again) == ""
    assert "in the register already" in again.text


def test_there_is_no_such_import(owner):
    assert owner.get("/import/done/999999").status_code == 404
