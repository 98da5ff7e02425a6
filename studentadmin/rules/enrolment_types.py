"""The kinds of entry and exit that ship: an office's own words, each with its Ed-Fi 5 descriptor.

A school may add codes of its own; each behaves as one of these does (its *meaning*).
"""

from __future__ import annotations

ENTRY = {
    "new": "New to education system",
    "transfer": "Transfer",
    "returned": "Re-entry",
    "promoted": "Next year school",
    "repeated": "Next year school",
    "changed": "Other",
    "other": "Other",
}
"""Code -> CodeValue of Ed-Fi EntryTypeDescriptor."""

EXIT = {
    "promoted": "End of school year",
    "repeated": "End of school year",
    "changed": "Other",
    "transferred": "Transferred",
    "graduated": "Graduated",
    "completed": "Completed",
    "withdrawn": "Withdrawn",
    "dropout": "Dropout",
    "expelled": "Expelled",
    "removed": "Involuntarily Removed",
    "max-age": "Reached maximum age",
    "no-show": "No show",
    "invalid": "Invalid enrollment",
    "diploma": "Enrolled in a high school diploma program",
    "incarcerated": "Incarcerated",
    "deceased": "Died or is permanently incapacitated",
    "other": "Other",
}
"""Code -> CodeValue of Ed-Fi ExitWithdrawTypeDescriptor; each value of that list is among them."""

KINDS = {"entry": ENTRY, "exit": EXIT}

STAYS = frozenset({"promoted", "repeated", "changed"})
"""Exits after which the next enrolment follows: nobody has left."""
