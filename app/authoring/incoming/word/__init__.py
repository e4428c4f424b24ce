"""Word documents and pasted texts → drafts."""
