"""Only learners are enrolled and counted; figures know of which path they are.

A sign-in enrolled everybody, whatever their role: the enrolments of people without the role « apprenant » of whom the ledger holds nothing that they
did are taken out. Figures are worked out again by the next report or job. The way back enrols these people at their next sign-in, as that version does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BEFORE = ["counted", "place", "alike", "finished", "last_at", "next_due_on", "several", "side", "opened_at", "share", "first_at", "completed_at", "failing_id"]
BEFORE += ["name_key", "shares", "person_id"]
AFTER = [*BEFORE[:12], "path_id", *BEFORE[12:]]

EMPTY = (
    "SELECT enrolment.person_id FROM enrolment "
    "WHERE NOT EXISTS (SELECT 1 FROM person_role WHERE person_role.person_id = enrolment.person_id AND person_role.name = 'apprenant') "
    "AND NOT EXISTS (SELECT 1 FROM learning_event WHERE learning_event.person_id = enrolment.person_id "
    "AND learning_event.event IN ('viewed', 'read', 'attended', 'submitted', 'passed', 'failed', 'regraded', 'regraded_pass'))"
)


def upgrade() -> None:
    op.add_column("person_figures", sa.Column("path_id", sa.String(60), server_default="", nullable=False))
    op.drop_index("ix_person_figures_kept", "person_figures")
    op.create_index("ix_person_figures_kept", "person_figures", AFTER)
    op.execute(f"UPDATE person_figures SET basis = 0 WHERE person_id IN ({EMPTY})")  # noqa: S608 — no value of anybody's
    op.execute(f"DELETE FROM enrolment WHERE person_id IN ({EMPTY})")  # noqa: S608


def downgrade() -> None:
    op.drop_index("ix_person_figures_kept", "person_figures")
    op.create_index("ix_person_figures_kept", "person_figures", BEFORE)
    with op.batch_alter_table("person_figures") as table:
        table.drop_column("path_id")
