"""Text → frozen values; stored Revisions; checks; search; the file sync. No pages, nothing of people."""
