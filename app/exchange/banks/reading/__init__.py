"""A file of another system → questions in our quiz Markdown, each with what was lost of it or why it is refused; in a bounded process."""
