"""Markdown text: normalised, its head read, its tokens, its parts, what they say."""
