"""What a page weighs: its own bytes, what it makes a browser ask for, and how large that is."""

from __future__ import annotations

import gzip
import re
from posixpath import normpath
from urllib.parse import urljoin

from benchmarks.client import Client

ASKED = re.compile(
    r"<(?:link [^>]*rel=\"(?:stylesheet|modulepreload|icon)\"[^>]*|script[^>]*|img[^>]*|use[^>]*)>"
)
ADDRESS = re.compile(r"(?:href|src)=\"([^\"#]+)")
IMPORT = re.compile(r"""(?:from|import)\s*["'](\./[^"']+)["']""")


def of(client: Client, path: str) -> str:
    """A line with the page's bytes, its requests, and its scripts and styles as they are sent."""
    client.sent["Accept-Encoding"] = "gzip"
    answer = client.get(path)
    packed = answer.headers.get("content-encoding") == "gzip"
    html = gzip.decompress(answer.body) if packed else answer.body
    found, sent = {path}, 0
    waiting = {
        address[1].replace("&amp;", "&")
        for tag in ASKED.findall(html.decode())
        if (address := ADDRESS.search(tag))
    }
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        asset = client.get(one)
        if asset.headers.get("content-type", "").split(";")[0] in {"text/css", "text/javascript"}:
            sent += len(asset.body)
        body = asset.body
        if asset.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if ".js" in one:
            waiting |= {normpath(urljoin(one, n)) for n in IMPORT.findall(body.decode())}
    client.sent["Accept-Encoding"] = "identity"
    return (
        f"{path}: {len(html) / 1000:.1f} kB of HTML ({len(gzip.compress(html)) / 1000:.1f}"
        f" compressed), {len(found)} requests, {sent / 1000:.0f} kB of scripts and styles as sent"
    )
