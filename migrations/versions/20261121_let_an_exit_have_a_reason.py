"""Let an exit have a reason in the office's own words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_exit_reason"
down_revision = "0005_enrolment_types"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("exit_reason", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """A statement of its own: rebuilding the table, as batch mode does, would lose its checks."""
    op.drop_column("enrolment", "exit_reason")
