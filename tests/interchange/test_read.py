import pytest

from studentadmin.errors import BadFile
from studentadmin.interchange.read import Row, read_table

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    text = "id;name;note\n1;Klein, Ora;a|b\n2;Stark;\n".replace(";", delimiter)
    if delimiter == ",":
        text = text.replace("Klein, Ora", '"Klein, Ora"')
    if delimiter == "|":
        text = text.replace("a|b", '"a|b"')
    table = read_table(text.encode())
    assert table.delimiter == delimiter
    assert table.header == ("id", "name", "note")
    assert table.rows == (Row(2, ("1", "Klein, Ora", "a|b")), Row(3, ("2", "Stark", "")))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_does(newline):
    text = 'id,note\n\n1,"two\nlines"\n,,\n2,x'.replace("\n", newline)
    table = read_table(text.encode())
    assert [row.line for row in table.rows] == [3, 6]
    assert table.rows[0].cells == ("1", f"two{newline}lines")


def test_an_excel_hint_of_the_delimiter_is_no_row():
    table = read_table(b"sep=;\nid;name\n1;Klein\n")
    assert (table.delimiter, table.header) == (";", ("id", "name"))
    assert table.rows == (Row(3, ("1", "Klein")),)


def test_a_single_column_is_a_table_too():
    table = read_table(b"Student Number\n1\n2\n")
    assert table.header == ("Student Number",)
    assert [row.cells for row in table.rows] == [("1",), ("2",)]


def test_trailing_commas_and_short_rows_are_forgiven_surplus_cells_are_not():
    table = read_table(b"id,name,,\n1,Klein,,,,\n2\n3,Smith,John\n")
    assert table.header == ("id", "name")
    assert table.rows == (
        Row(2, ("1", "Klein")),
        Row(3, ("2", "")),
        Row(4, ("3", "Smith"), surplus=True),
    )


def test_every_column_gets_a_name_of_its_own():
    assert read_table(b"id,,Phone,phone,Phone\n1,2,3,4,5\n").header == (
        "id",
        "Column 2",
        "Phone",
        "phone",
        "Phone (2)",
    )


@pytest.mark.parametrize(
    "heading",
    ["Password", " pass word ", "PASSWD", "pwd", "User Pwd", "Initial-Password", "密码", "登录密码",
     "口令", "Passwort", "Kennwort", "Contraseña", "Mot de passe"],
)  # fmt: skip
def test_passwords_are_dropped_at_reading(heading):
    table = read_table(f"id,{heading},name\n1,P@ssword,Klein\n".encode())
    assert table.header == ("id", "name")
    assert table.rows == (Row(2, ("1", "Klein")),)
    assert table.dropped == (heading.strip(),)
    assert "P@ssword" not in repr(table)


@pytest.mark.parametrize("heading", ["Passport", "Pass/Fail", "Passed", "Compass"])
def test_what_only_looks_like_a_password_stays(heading):
    assert read_table(f"id,{heading}\n1,x\n".encode()).dropped == ()


def test_guarded_cells_come_back_as_they_were():
    table = read_table(b"id,phone,name\n1,'+49 30,'t Hooft\n")
    assert table.rows[0].cells == ("1", "+49 30", "'t Hooft")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "workbook"),
        (b"%PDF-1.4", "picture or a document"),
        (b"id,name\n1,a\x00b\n", "not a text file"),
        (b'id,name\n1,"open\n2,x\n', "Line 2"),
        (b'id,name\n1,x\n2,"a"b\n', "Line 3"),
        (b",".join([b"h"] * 401) + b"\n", "too large"),
        (b"id,name\n" + b'1,"' + b"x" * 200_000 + b'"\n', "Line 2"),
    ],
)
def test_what_is_no_table_says_what_to_do(data, words):
    with pytest.raises(BadFile, match=words):
        read_table(data)
