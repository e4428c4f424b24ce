"""How Alembic runs the revisions of this folder: on the connection that `app.platform.web.migrations` hands over."""

from __future__ import annotations

from alembic import context

from app.platform.db import Base
from app.platform.web.migrations import OPTIONS

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, **OPTIONS)
with context.begin_transaction():
    context.run_migrations()
