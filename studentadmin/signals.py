"""Announcements, sent after the commit. A signal never enforces and never writes."""

from blinker import Namespace

_signals = Namespace()

change_saved = _signals.signal("change-saved")
"""A change set was committed. Sender: the Flask app.

Arguments: change_set_id (int), tables (frozenset of table names touched).
"""
