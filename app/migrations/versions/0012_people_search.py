"""People are sorted by a key of their name and address, without accents nor capitals, and looked for in it; who is in a territory is read from an index alone."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql")


def fold(text: str) -> str:
    """`app.platform.french.fold` of the day when this was written."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)).lower()


def upgrade() -> None:
    op.add_column("person", sa.Column("search_key", KEY, server_default="", nullable=False))
    person = sa.table("person", sa.column("id"), sa.column("name"), sa.column("email"), sa.column("search_key"))
    connection = op.get_bind()
    keys = [
        {"number": number, "key": f"{fold(name)[:240]}\n{fold(email)[:254]}"}
        for number, name, email in connection.execute(sa.select(person.c.id, person.c.name, person.c.email))
    ]
    if keys:
        connection.execute(sa.update(person).where(person.c.id == sa.bindparam("number")).values(search_key=sa.bindparam("key")), keys)
    op.create_index("ix_person_search_key", "person", ["search_key", "id", "active"])
    _index_memberships("territory_id", "ended_on", "started_on", "person_id")


def downgrade() -> None:
    op.drop_index("ix_person_search_key", "person")
    op.drop_column("person", "search_key")
    _index_memberships("territory_id", "ended_on")


def _index_memberships(*columns: str) -> None:
    """In place of the index that there is."""
    op.drop_index("ix_membership_territory_id_ended_on", "membership")
    op.create_index("ix_membership_territory_id_ended_on", "membership", list(columns))
