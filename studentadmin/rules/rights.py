"""Who may do what: one written matrix of resource, fields, action and role.

What no line grants is refused. A resource is a table or a part of the program; a line without
the class of a field says what may be done with the rows as such, and is named "directory". The
owner's column is at the same time the list of everything that can be done there at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

ROLES = ("owner", "registrar", "clerk", "teacher", "head", "viewer")
SYSTEM = "system"
"""The program itself or the person at its command line; never a role of an account."""

ACTIONS = {
    "v": "view",
    "h": "history",
    "c": "create",
    "e": "edit",
    "d": "delete",
    "r": "restore",
    "x": "export",
    "i": "import",
    "u": "undo",
    "U": "undo_others",
}
"""By letter. "undo" is of one's own changes, "undo_others" of everybody's."""

FIELD_CLASSES = ("directory", "contact", "sensitive", "medical", "grades")

MATRIX = """
resource            fields     owner     registrar  clerk     teacher  head   viewer

organisation        directory  vhcedrxi  vhcedrxi   v         v        vhx    v
academic_session    directory  vhcedrxi  vhcedrxi   v         v        vhx    v
grade_level         directory  vhcedrxi  vhcedrxi   v         v        vhx    v
homeroom            directory  vhcedrxi  vhcedrxi   vhcex     v        vhx    v

student             directory  vhcedrxi  vhcedrxi   vhcexi    v        vhx    v
student             sensitive  vcexi     vcexi      vcei      -        v      -
student_identifier  directory  vhcedrxi  vhcedrxi   vhcedri   -        vh     -
student_identifier  sensitive  vcexi     vcexi      vcei      -        v      -
enrolment           directory  vhcedrxi  vhcedrxi   vhcexi    v        vhx    v
enrolment           sensitive  vcexi     vcexi      vcei      -        v      -
enrolment_type      directory  vhcedrx   vhcedrx    v         v        vhx    v

person              directory  vhcedrxi  vhcedrxi   vhcexi    v        vhx    -
student_contact     directory  vhcedrxi  vhcedrxi   vhcedrxi  v        vhx    -
student_contact     sensitive  vcexi     vcexi      vcei      -        v      -
address             directory  vhcedrxi  vhcedrxi   vhcedrxi  -        vh     -
address             contact    vcexi     vcexi      vcexi     -        v      -
phone               directory  vhcedrxi  vhcedrxi   vhcedrxi  v        vhx    -
phone               contact    vcexi     vcexi      vcexi     v        vx     -
email               directory  vhcedrxi  vhcedrxi   vhcedrxi  v        vhx    -
email               contact    vcexi     vcexi      vcexi     v        vx     -

student_merge       directory  vhcedr    vhcedr     v         -        v      -
health              directory  vce       vce        vce       -        v      -
health_ignore       directory  vhcedr    vhcedr     vcedr     -        v      -
course              directory  vhcedrxi  vhcedrxi   vhcex     v        vhx    v
section             directory  vhcedrxi  vhcedrxi   vhcex     v        vhx    v
section_enrolment   directory  vhcedrxi  vhcedrxi   vhcedrx   v        vhx    v
calendar            directory  vhcedrxi  vhcedrxi   v         v        vhx    v
calendar_date       directory  vhcedrxi  vhcedrxi   v         v        vhx    v
attendance_code     directory  vhcedrx   vhcedrx    v         v        vhx    -
attendance_sheet    directory  vhcedrxu  vhcedrxu   vhcexu    vhceu    vhx    -
attendance_event    directory  vhcedrxu  vhcedrxu   vhcedrxu  vhceu    vhx    -
attendance_event    sensitive  vcex      vcex       vce       vce      v      -

user                directory  vhcedr    -          -         -        v      -
user_role           directory  vhcedr    -          -         -        v      -
settings            directory  ve        -          -         -        -      -
backup              directory  vcdrx     vc         -         -        -      -
import              directory  vc        vc         vc        -        -      -
rollover            directory  vc        vc         -         -        -      -
change              directory  vuU       vuU        vu        -        v      -
trash               directory  v         v          v         -        -      -

saved_view          directory  vcedr     vcedr      vcedr     vcedr    vcedr  vcedr
shared_view         directory  vcd       vcd        vc        v        vc     v

home                directory  v         v          v         v        v      v
search              directory  v         v          v         v        v      v
about               directory  v         v          v         v        v      v
account             directory  ve        ve         ve        ve       ve     ve
"""


def _read(matrix: str) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
    lines = [line.split() for line in matrix.splitlines() if line.strip()]
    head, *body = lines
    if tuple(head[2:]) != ROLES:
        raise ValueError("the columns of the matrix are not the roles")
    table: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    for resource, field_class, *cells in body:
        if (resource, field_class) in table or field_class not in FIELD_CLASSES:
            raise ValueError(f"the line {resource} {field_class} stands twice or has no class")
        table[resource, field_class] = {
            role: frozenset(ACTIONS[letter] for letter in cell if letter != "-")
            for role, cell in zip(ROLES, cells, strict=True)
        }
    return table


RIGHTS = _read(MATRIX)
RESOURCES = tuple(dict.fromkeys(resource for resource, _class in RIGHTS))


def check_names(resource: str, action: str, field_class: str = "directory") -> None:
    """Raise LookupError for a name the matrix does not have: a slip in the code, not a refusal."""
    if resource not in RESOURCES:
        raise LookupError(f"rules/rights.py has no resource {resource!r}")
    if action not in ACTIONS.values():
        raise LookupError(f"rules/rights.py has no action {action!r}")
    if field_class not in FIELD_CLASSES:
        raise LookupError(f"rules/rights.py has no field class {field_class!r}")


def allowed(
    roles: Iterable[str], resource: str, action: str, field_class: str = "directory"
) -> bool:
    """Whether any of `roles` grants the action; an unknown role grants nothing.

    Raises LookupError when resource, action or field class is not in the matrix.
    """
    check_names(resource, action, field_class)
    held = set(roles)
    if SYSTEM in held:
        return True
    line = RIGHTS.get((resource, field_class), {})
    return any(action in line.get(role, ()) for role in held)


def refusing_rule(
    roles: Iterable[str], resource: str, action: str, field_class: str = "directory"
) -> str:
    """The name of the line that refused, such as "clerk may not delete student"; "" if allowed."""
    held = set(roles)
    if allowed(held, resource, action, field_class):
        return ""
    who = ", ".join(role for role in ROLES if role in held) or "a stranger"
    what = resource if field_class == "directory" else f"{resource} ({field_class})"
    return f"{who} may not {action} {what}"


def undo_rule(roles: Iterable[str], tables: Collection[str], *, own: bool) -> str:
    """The line that refuses to take back a change of rows of `tables`; "" if it is allowed.

    Who may not undo changes in general may yet take back an own one where the line of every table
    it touched says so: a teacher the sheet just taken.
    """
    held = set(roles)
    if own and tables and all(allowed(held, table, "undo") for table in tables):
        return ""
    return refusing_rule(held, "change", "undo" if own else "undo_others")


def field_classes(roles: Iterable[str], resource: str, action: str = "view") -> frozenset[str]:
    """The classes of fields of the resource with which `roles` may do this."""
    held = frozenset(roles)
    return frozenset(name for name in FIELD_CLASSES if allowed(held, resource, action, name))


def roles_with(resource: str, action: str, field_class: str = "directory") -> tuple[str, ...]:
    """The roles that may do it, for telling a refused person whom to ask."""
    return tuple(role for role in ROLES if allowed((role,), resource, action, field_class))
