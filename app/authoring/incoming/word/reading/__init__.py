"""A Word document or pasted text → Markdown, in a bounded process."""
