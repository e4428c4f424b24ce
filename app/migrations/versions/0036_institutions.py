"""Institutions open accounts: who somebody is there, by which identity a session was opened, where an establishment is. Refused tries are counted here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("idp", sa.String(length=60), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("organisation", sa.String(length=160), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("acr", sa.String(length=60), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_link_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_link")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_link_issuer")),
    )
    op.create_index(op.f("ix_identity_link_person_id"), "identity_link", ["person_id"])
    op.create_index(op.f("ix_identity_link_siret"), "identity_link", ["siret"])
    op.create_table(
        "establishment",
        sa.Column("pattern", sa.String(length=14), nullable=False),
        sa.Column("territory_id", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_establishment_territory_id_territory")),
        sa.PrimaryKeyConstraint("pattern", name=op.f("pk_establishment")),
    )
    op.create_table(
        "refused_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_try")),
    )
    op.create_index("ix_refused_try_key", "refused_try", ["key", "at"])
    op.create_index(op.f("ix_refused_try_expires_at"), "refused_try", ["expires_at"])
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_sign_in_link_id_identity_link"), "identity_link", ["link_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.drop_constraint(op.f("fk_sign_in_link_id_identity_link"), type_="foreignkey")
        table.drop_column("link_id")
    op.drop_table("refused_try")
    op.drop_table("establishment")
    op.drop_table("identity_link")
