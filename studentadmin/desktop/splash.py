"""The two pages the window shows on its own: while the register opens, and when it cannot."""

from __future__ import annotations

from html import escape

from studentadmin.desktop.words import _

LIGHT, DARK = "#f6f8fb", "#151f2c"

PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
:root {{ color-scheme: light dark; }}
html, body {{ height: 100%; margin: 0; }}
body {{ display: grid; place-content: center; background: {light}; color: #182433;
  font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }}
main {{ max-width: 36rem; padding: 2rem; }}
h1 {{ font-size: 1.6rem; margin: 0 0 .5rem; }}
p {{ margin: .25rem 0; overflow-wrap: anywhere; }}
small {{ opacity: .75; }}
.bar {{ height: 3px; margin-top: 1.25rem; border-radius: 2px; overflow: hidden;
  background: rgb(128 128 128 / .25); }}
.bar i {{ display: block; height: 100%; width: 35%; border-radius: 2px; background: #206bc4;
  animation: go 1.2s ease-in-out infinite alternate; }}
@keyframes go {{ from {{ transform: translateX(0) }} to {{ transform: translateX(186%) }} }}
@media (prefers-reduced-motion: reduce) {{ .bar i {{ animation: none; width: 100% }} }}
@media (prefers-color-scheme: dark) {{ body {{ background: {dark}; color: #dce1e7 }} }}
</style></head><body><main role="status">{content}</main></body></html>"""


def opening(language: str) -> str:
    """Shown at once, until the register's first page has been loaded."""
    name, doing = escape(_("Student Admin")), escape(_("Opening the register …"))
    return _page(language, f"<h1>{name}</h1><p>{doing}</p><div class=bar><i></i></div>")


def failed(language: str, reason: str, cure: str, log: str | None) -> str:
    """Why the register is not shown, what to do, where the log is."""
    where = ""
    if log:
        file = escape(_("Log file: %(path)s", path=log))
        where = f"<p><small>{file}</small></p>"
    return _page(language, f"<h1>{escape(reason)}</h1><p>{escape(cure)}</p>{where}")


def _page(language: str, content: str) -> str:
    return PAGE.format(
        language=language.replace("_", "-"),
        title=escape(_("Student Admin")),
        content=content,
        light=LIGHT,
        dark=DARK,
    )
