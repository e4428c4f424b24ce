"""What the version before reads and writes, where its code still runs beside this one: columns that it does not fill, what it knew by another name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

DEFAULTS = {
    ("outgoing_mail", "state"): "'waiting'",
    ("outgoing_mail", "said"): "''",
    ("territory", "zone"): "''",
    ("territory", "by_hand"): "false",
    ("territory", "edition"): "0",
    ("people_import", "heads"): "'[]'",
    ("people_import", "columns"): "'[]'",
    ("trainer_message", "kind"): "'erreur'",
}
REPORTS = (
    "CREATE VIEW error_report AS SELECT id, person_id, element_id, document_id, question_id, fingerprint, revision_id, anchor, passage, message, "
    "sent_at AS reported_at, answered_at, actor_id, fixed, answer FROM trainer_message WHERE kind = 'erreur'"
)
"""Which PostgreSQL also writes through."""


def upgrade() -> None:
    op.add_column("review_choice", sa.Column("lettered_on", sa.Date(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":  # on SQLite, which one machine has to itself, no two versions run at once
        for (table, column), value in DEFAULTS.items():
            op.alter_column(table, column, server_default=sa.text(value))
        op.execute(REPORTS)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP VIEW error_report")
        for table, column in DEFAULTS:
            op.alter_column(table, column, server_default=None)
    with op.batch_alter_table("review_choice") as table:
        table.drop_column("lettered_on")
