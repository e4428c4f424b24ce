"""What several tests share: drafts on both databases: begun once, saved version after version, never overwritten, whatever comes at once."""

from __future__ import annotations

NEW = "---\nid : toute-neuve\ntitre : Toute neuve\ndurée : 5\nobjectifs :\n- O1 : Savoir → M1\nachèvement : lu\n---\n\nTexte.\n"
