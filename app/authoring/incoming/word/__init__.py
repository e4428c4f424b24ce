"""Word documents and pasted texts → Markdown."""
