"""Every setting in one table: name, default, help, and where its value came from.

Order, later wins: default < profile < instance file `settings.toml` < `STUDENTADMIN_*` < argument.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import platformdirs

from studentadmin.errors import StudentAdminError
from studentadmin.rules import languages

PREFIX = "STUDENTADMIN_"
INSTANCE_FILE = "settings.toml"
KEY_FILE = "secret.key"
HIDDEN = "(hidden)"
CONNECTIONS = {"pool_size": 10, "max_overflow": 40}
"""Open connections kept, and how many more when many people press at once."""
LOOPBACK = ["127.0.0.1", "localhost"]


class BadSetting(StudentAdminError):
    """A setting's value cannot be used; the message names the setting, its source and the cure."""


class Production:
    """What an office runs: cookies bound to the site, errors without internals."""

    TESTING = False
    DEBUG = False
    PROPAGATE_EXCEPTIONS: bool | None = False


class Development(Production):
    """Templates reload and SQL echoes on demand; never for real data."""

    DEBUG = True
    TEMPLATES_AUTO_RELOAD = True


class Testing(Production):
    """Rate limits off and errors propagate, so a test sees the cause."""

    TESTING = True
    PROPAGATE_EXCEPTIONS = None
    RATELIMIT_ENABLED = False


PROFILES: dict[str, type[Production]] = {
    "production": Production,
    "development": Development,
    "testing": Testing,
}


def _flag(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False}
    try:
        return known[text.strip().lower()]
    except KeyError:
        raise ValueError("write yes or no") from None


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError("choose one of " + ", ".join(allowed))
        return text

    return parse


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        text = text.strip()
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"choose a whole number from {low} to {high}")
        return int(text)

    return parse


@dataclass(frozen=True)
class Setting:
    """One line of the table. `parse` turns text into the value or raises ValueError with a cure."""

    name: str
    default: Any
    help: str
    parse: Callable[[str], Any] = str
    secret: bool = False


SETTINGS = (
    Setting("DATA_DIR", None, "Folder of the register, its backups, uploads and log."),
    Setting(
        "PROFILE",
        "production",
        "production, development or testing.",
        _choice(*PROFILES),
    ),
    Setting(
        "DATABASE_URL",
        None,
        "Database; empty means register.db in the data folder."
        " Example: mysql+pymysql://user:password@host/name",
        secret=True,
    ),
    Setting("SECRET_KEY", None, "Signs cookies; made on first start and kept.", secret=True),
    Setting("PORT", 0, "Port of the embedded server; 0 takes any free one.", _whole(0, 65535)),
    Setting(
        "LOCALE",
        languages.ENGLISH,
        "Language before a person chooses one; by itself that of the computer.",
        _choice(languages.ENGLISH, languages.CHINESE),
    ),
    Setting("TRUSTED_HOSTS", LOOPBACK, "Host names this server answers to.", _names),
    Setting(
        "HTTPS",
        False,
        "Served over HTTPS by a proxy: cookies are marked Secure, HSTS is sent.",
        _flag,
    ),
    Setting("SESSION_HOURS", 12, "Hours after which an idle log-in ends.", _whole(1, 24 * 31)),
    Setting("MAX_UPLOAD_MB", 50, "Largest file that may be uploaded, in MiB.", _whole(1, 4096)),
    Setting("BACKUP_KEEP_DAILY", 14, "Daily backups kept, in days.", _whole(1, 3650)),
    Setting("BACKUP_KEEP_MONTHLY", 12, "First backup of a month kept, in months.", _whole(0, 1200)),
    Setting(
        "LOG_LEVEL",
        "INFO",
        "DEBUG, INFO, WARNING or ERROR.",
        _choice("DEBUG", "INFO", "WARNING", "ERROR"),
    ),
    Setting("READ_ONLY", False, "Open the register for reading only.", _flag),
    Setting("MAIL_HOST", "", "Mail server for invitations and password links; empty sends none."),
    Setting("MAIL_PORT", 587, "Port of the mail server.", _whole(1, 65535)),
    Setting(
        "MAIL_SECURITY",
        "starttls",
        "How the way to the mail server is kept private: starttls, tls or none.",
        _choice("starttls", "tls", "none"),
    ),
    Setting("MAIL_USER", "", "Log-in name at the mail server; empty logs in nowhere."),
    Setting("MAIL_PASSWORD", "", "Password at the mail server.", secret=True),
    Setting("MAIL_FROM", "student-admin@localhost", "Sender's address of letters."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass
class Settings:
    """The values in force and, for each, where it came from."""

    values: dict[str, Any]
    sources: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def data_dir(self) -> Path:
        return Path(self.values["DATA_DIR"])

    @property
    def database_url(self) -> str:
        return self.values["DATABASE_URL"] or f"sqlite:///{quote(str(self.database_file))}"

    @property
    def database_file(self) -> Path | None:
        """The SQLite file of the register, or None when the database is a server."""
        url: str | None = self.values["DATABASE_URL"]
        if not url:
            return self.data_dir / "register.db"
        if not url.startswith("sqlite:///"):
            return None
        path = unquote(url.removeprefix("sqlite:///").partition("?")[0])
        if not path.startswith("file:"):
            return Path(path)
        from urllib.request import url2pathname  # half the standard library comes with it

        return Path(url2pathname(urlsplit(path).path))

    @property
    def backups_dir(self) -> Path:
        return self.data_dir / "backups"

    def table(self) -> list[dict[str, str]]:
        """Each setting with its value as text (secrets hidden), its source and its help."""
        rows = []
        for setting in SETTINGS:
            value = self.values[setting.name]
            if setting.secret and value:
                text = HIDDEN
            elif isinstance(value, list):
                text = ", ".join(value)
            else:
                text = "" if value is None else str(value)
            source = self.sources[setting.name]
            rows.append(
                {"name": setting.name, "value": text, "source": source, "help": setting.help}
            )
        return rows

    def flask_config(self) -> dict[str, Any]:
        """What Flask and its extensions read, derived here and nowhere else."""
        return {
            **self.values,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {**engine_options(self.database_url), **CONNECTIONS},
            "BABEL_DEFAULT_LOCALE": self["LOCALE"],
            "MAX_CONTENT_LENGTH": self["MAX_UPLOAD_MB"] * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 5_000,
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=self["SESSION_HOURS"]),
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Strict",
            "SESSION_COOKIE_SECURE": self["HTTPS"],
            "SESSION_COOKIE_NAME": f"studentadmin_{self['PORT']}"
            if self["PORT"]
            else "studentadmin",
        }


def engine_options(url: str) -> dict[str, Any]:
    """Engine options by database; MariaDB reads committed rows, never its first snapshot."""
    if url.startswith("sqlite"):
        return {}
    return {
        "isolation_level": "READ COMMITTED",
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "connect_args": {"charset": "utf8mb4", "connect_timeout": 5},
    }


def default_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("Student Admin", appauthor=False))


def load(
    arguments: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Collect every setting; make the data folder and the secret key when they are missing.

    Raises BadSetting naming the setting, where its value came from and what to write instead.
    """
    arguments = {k: v for k, v in (arguments or {}).items() if v is not None}
    unknown = arguments.keys() - BY_NAME.keys()
    if unknown:
        raise BadSetting(f"There is no setting {', '.join(sorted(unknown))}.")
    values: dict[str, Any] = {s.name: s.default for s in SETTINGS}
    sources = dict.fromkeys(values, "default")
    if (language := languages.spoken(environ)) != values["LOCALE"]:
        values["LOCALE"], sources["LOCALE"] = language, "computer"

    data_dir = arguments.get("DATA_DIR") or environ.get(PREFIX + "DATA_DIR") or default_data_dir()
    values["DATA_DIR"] = Path(data_dir).expanduser().resolve()
    for name, raw, source in _layers(values["DATA_DIR"], environ, arguments):
        values[name] = _read(BY_NAME[name], raw, source) if name != "DATA_DIR" else values[name]
        sources[name] = source
    if not values["SECRET_KEY"]:
        values["SECRET_KEY"] = _kept_key(values["DATA_DIR"])
        sources["SECRET_KEY"] = KEY_FILE
    return Settings(values, sources)


def _layers(
    data_dir: Path, environ: Mapping[str, str], arguments: Mapping[str, Any]
) -> list[tuple[str, Any, str]]:
    file = data_dir / INSTANCE_FILE
    layers: list[tuple[str, Any, str]] = []
    if file.exists():
        try:
            with file.open("rb") as stream:
                content = tomllib.load(stream)
        except tomllib.TOMLDecodeError as error:
            raise BadSetting(f"{INSTANCE_FILE} cannot be read: {error}. Mend that line.") from error
        for name, raw in content.items():
            if name.upper() not in BY_NAME:
                raise BadSetting(f"{INSTANCE_FILE} names an unknown setting: {name}.")
            layers.append((name.upper(), raw, INSTANCE_FILE))
    layers += [
        (name, environ[PREFIX + name], PREFIX + name)
        for name in BY_NAME
        if environ.get(PREFIX + name)
    ]
    layers += [(name, raw, "argument") for name, raw in arguments.items()]
    return layers


def _read(setting: Setting, raw: Any, source: str) -> Any:
    if isinstance(raw, list):
        raw = ",".join(map(str, raw))
    try:
        return setting.parse(str(raw))
    except ValueError as error:
        raise BadSetting(f"{setting.name} (from {source}) cannot be {raw!r}: {error}.") from error


def _kept_key(data_dir: Path) -> str:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = data_dir / KEY_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as stream:
        key = secrets.token_urlsafe(48)
        stream.write(key)
    return key
