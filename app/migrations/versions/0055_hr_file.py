"""The HR file becomes a feature, off in a new site: a site that has people keeps it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

REVISIONS = sa.table("site_revision", sa.column("id"), sa.column("values", sa.JSON), sa.column("follows"), sa.column("created_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    connection = op.get_bind()
    if not connection.scalar(sa.text("SELECT 1 FROM person LIMIT 1")):
        return
    newest = connection.execute(sa.select(REVISIONS.c.id, REVISIONS.c["values"]).order_by(REVISIONS.c.id.desc()).limit(1)).first()
    follows, values = newest or (0, {})
    values = {**values, "features": {"hr": True, **values.get("features", {})}}
    op.execute(sa.insert(REVISIONS).values(values=values, follows=follows, created_at=sa.func.now()))


def downgrade() -> None:
    """The version before leaves aside what it does not know, and keeps it in no later revision."""
