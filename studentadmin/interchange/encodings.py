"""Which encoding the bytes of a text file are in."""

from __future__ import annotations

import codecs
import re

from flask_babel import gettext as _

from studentadmin.errors import BadFile

OFFERED = ("utf-8", "gb18030", "cp1252", "big5", "utf-16", "shift_jis", "euc_kr", "cp1251")
"""What a person may choose when the answer found here is wrong."""

SAMPLE = 256 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Pairs of GB 2312: level 1 holds the characters of everyday Chinese, level 2 the rarer ones.
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_PAIR = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_MOST = 0.6


def decode(data: bytes, wanted: str | None = None) -> tuple[str, str]:
    """The text and the name of its encoding.

    `wanted` is a person's choice and is not second-guessed. Otherwise a byte order mark decides,
    then valid UTF-8, then whether the bytes pair up as Chinese or stand alone as accented letters.
    Raises BadFile when the text cannot be read in that way.
    """
    name = _known(wanted) if wanted else _found(data)
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise BadFile(
            _(
                "The file is not written in %(encoding)s (byte %(place)s does not fit)."
                " Choose another encoding.",
                encoding=name,
                place=error.start + 1,
            )
        ) from error
    return text.removeprefix("\ufeff"), name.removesuffix("-sig")


def _known(wanted: str) -> str:
    try:
        "".encode(wanted)
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError) as error:
        raise BadFile(
            _("There is no encoding %(name)s. Try utf-8, gb18030 or cp1252.", name=wanted)
        ) from error
    return "utf-8-sig" if name == "utf-8" else name


def _found(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if wide := _without_mark(data[:4096]):
        return wide
    if _fits(data, "utf-8"):
        return "utf-8"
    sample = b"".join(_lines_with_high_bytes(data))
    if _is_chinese(sample) and _fits(data, "gb18030"):
        return "gb18030"
    if _stand_alone(sample):
        return "cp1252" if _fits(data, "cp1252") else "latin-1"
    return _by_statistics(data)


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without a mark shows as a NUL in nearly every second byte of a heading."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs * _MOST and not head[::2].count(0):
        return "utf-16-le"
    if pairs and head[::2].count(0) > pairs * _MOST and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _fits(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _lines_with_high_bytes(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if size > SAMPLE:
            break
        if not line.isascii():
            found.append(line)
            size += len(line)
    return found


def _is_chinese(sample: bytes) -> bool:
    pairs = _PAIR.findall(sample)
    common = sum(1 for pair in pairs if _COMMON_PAIR.fullmatch(pair))
    return bool(pairs) and common >= len(pairs) * _MOST


def _stand_alone(sample: bytes) -> bool:
    """An accented letter stands between plain ones; Chinese or Cyrillic comes in runs."""
    runs = _HIGH_RUN.findall(sample)
    single = sum(1 for run in runs if len(run) == 1)
    return single >= len(runs) * _MOST


def _by_statistics(data: bytes) -> str:
    from charset_normalizer import from_bytes

    likely = ["big5", "shift_jis", "euc_kr", "gb18030", "cp1251", "cp1252", "cp1250", "cp1253"]
    best = from_bytes(data[:SAMPLE], cp_isolation=likely).best()
    name = best.encoding if best else "cp1252"
    return name if _fits(data, name) else "latin-1"
