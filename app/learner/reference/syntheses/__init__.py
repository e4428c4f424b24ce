"""Papers made of the published course: a synthesis of each module, the glossary and the timeline on one sheet.

`synthesis.py` says what they hold, `blocks.py` reads it of the pages, and the Typst templates beside them say how they look (decision 26).
"""
