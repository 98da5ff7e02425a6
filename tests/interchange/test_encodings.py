import pytest

from studentadmin.errors import BadFile
from studentadmin.interchange.encodings import decode

pytestmark = pytest.mark.usefixtures("in_english")

GERMAN = "Nummer;Name\n1;Müller\n2;Weiß\n3;Jörg Çelik\n"
CHINESE = "学号,姓名\n1,张小明\n2,欧阳娜娜\n3,李婷\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8-sig", "utf-8"),
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "utf-16", "utf-16"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-16", "utf-16"),
        ("no,name\n1,Zoë\n", "cp1252", "cp1252"),
        ("学号,姓名\n1,婷\n", "gb18030", "gb18030"),
        ("номер,имя\n1,Иван Петров\n2,Анна Кузнецова\n", "cp1251", "cp1251"),
        ("學號,姓名\n1,張小明\n2,歐陽娜娜\n3,陳怡君\n4,黃志豪\n", "big5", "big5"),
        ("plain", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found(text, written, found):
    assert decode(text.encode(written)) == (text, found)


def test_a_person_s_choice_is_not_second_guessed():
    assert decode("ü".encode(), "cp1252")[0] == "Ã¼"
    assert decode("\ufeffa".encode(), "utf-8") == ("a", "utf-8")


@pytest.mark.parametrize(
    ("data", "wanted", "words"),
    [
        ("Müller".encode("cp1252"), "utf-8", "byte 2"),
        (b"x", "klingon", "no encoding klingon"),
        (b"x", "base64", "no encoding base64"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(data, wanted, words):
    with pytest.raises(BadFile, match=words):
        decode(data, wanted)
