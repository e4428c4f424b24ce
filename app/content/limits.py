"""How large a text of the course may be: what reading, checking and showing it cost is bounded by these. Each is said by problem E02, those of figures by E19, of formulas by E72."""

from __future__ import annotations

ID_LENGTH = 60
"""Characters of an identifier; a longer one is problem E08."""
MAX_CHARACTERS = 400_000
"""A lesson of fifteen minutes has about 20,000; the largest pool of questions, about 100,000."""
MAX_LINE = 20_000
"""More than any line of a course; `fast_markdown.MAX_PARAGRAPH` bounds what is parsed of it."""
MAX_MARKS = 16_000
"""Lines and signs of Markdown of one file, which are what reading and showing it cost: five times those of the course's largest file."""
MAX_QUIZ_MARKS = 6_000
"""The same of a quiz, each line of which costs twice as much: seven times those of the course's largest."""
MOST_TEXT = 6_000_000
"""Characters of all the texts of one archive, which one worker reads: more than five times the course."""
MOST_TEXT_MARKS = 240_000
"""Lines and signs of Markdown of all of them, as each is read: five times those of the course."""
MAX_FORMULA, MAX_FORMULAS = 400, 20_000
"""Characters of a formula, and of all those of one text: the next stay text. Said by problems E72 and A43."""
FIGURE_ITEMS, FIGURE_LETTERS, FIGURE_DEPTH = 40, 240, 4
"""Of a figure: lines, characters of each of its texts, floors of a tree. Said by problem E19."""
