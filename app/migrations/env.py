"""How Alembic runs the revisions of this folder: on the connection that `app.web.migrations` hands over."""

from __future__ import annotations

from alembic import context

from app.db import Base
from app.web.migrations import OPTIONS

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, **OPTIONS)
with context.begin_transaction():
    context.run_migrations()
