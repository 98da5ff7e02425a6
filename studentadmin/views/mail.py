"""Letters, sent only where a mail server is set; a school without one hands links over by hand."""

from __future__ import annotations

import logging
import smtplib
import threading
from email.message import EmailMessage
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_security.mail_util import EmailValidateException, MailUtil

from studentadmin.rules import email as emails

log = logging.getLogger(__name__)
TIMEOUT = 20
"""Seconds that a mail server may take."""


def is_set(app: Flask | None = None) -> bool:
    """Whether this register sends mail at all."""
    return bool((app or current_app).config["MAIL_HOST"])


def post(recipient: str, subject: str, body: str) -> None:
    """Send one letter in plain text; a failure is logged, never shown to a stranger.

    In a thread, so that an answer takes as long for an address that has no account.
    """
    config = dict(current_app.config)
    letter = EmailMessage()
    letter["Subject"] = " ".join(subject.split())
    letter["From"] = config["MAIL_FROM"]
    letter["To"] = recipient
    letter.set_content(body)
    threading.Thread(target=_send, args=(config, letter), name="mail").start()


def _send(config: dict[str, Any], letter: EmailMessage) -> None:
    kind = smtplib.SMTP_SSL if config["MAIL_SECURITY"] == "tls" else smtplib.SMTP
    try:
        with kind(config["MAIL_HOST"], config["MAIL_PORT"], timeout=TIMEOUT) as server:
            if config["MAIL_SECURITY"] == "starttls":
                server.starttls()
            if config["MAIL_USER"]:
                server.login(config["MAIL_USER"], config["MAIL_PASSWORD"])
            server.send_message(letter)
    except (OSError, smtplib.SMTPException):
        log.exception("a letter could not be sent")


class Mail(MailUtil):
    """How Flask-Security sends letters and reads addresses."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: Any,
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        post(str(recipient), str(subject), body or "")

    def normalize(self, email: str) -> str:
        return emails.normalise(email)

    def validate(self, email: str) -> str:
        """No look-up of the domain: an office has no network, or names of its own in it."""
        plain = emails.normalise(email)
        name, at, host = plain.rpartition("@")
        if not (name and at and host):
            raise EmailValidateException(_("This is not an e-mail address."))
        return plain
