"""How somebody wants pages to look is kept on the account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("display", sa.String(40), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "display")
