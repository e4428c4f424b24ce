"""People: their account, roles, invitations, merging."""
