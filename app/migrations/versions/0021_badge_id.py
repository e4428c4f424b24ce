"""A badge has a number of its own, which says nothing of the attestation's address and outlives it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attestation", sa.Column("badge_id", sa.String(length=36), nullable=True))
    attestation = sa.table("attestation", sa.column("id", sa.String), sa.column("badge_id", sa.String))
    for number in op.get_bind().scalars(sa.select(attestation.c.id)).all():
        badge_id = str(uuid.uuid5(uuid.NAMESPACE_URL, number))  # the same whenever an old backup is restored; who has it does not have the address
        op.execute(attestation.update().where(attestation.c.id == number).values(badge_id=badge_id))
    with op.batch_alter_table("attestation") as table:
        table.alter_column("badge_id", existing_type=sa.String(length=36), nullable=False)
        table.create_unique_constraint(op.f("uq_attestation_badge_id"), ["badge_id"])


def downgrade() -> None:
    with op.batch_alter_table("attestation") as table:
        table.drop_constraint(op.f("uq_attestation_badge_id"), type_="unique")
        table.drop_column("badge_id")
