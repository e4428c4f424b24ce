"""Markdown text: normalised, its head read, its tokens, what they say."""
