"""A file of another system → questions in our quiz Markdown, each with what was lost of it or why it is refused; in a bounded process.

`formats.py` lists the formats; `moodle_xml.py`, `gift.py` and `aiken.py` read questions, `converting.py` writes them as ours, with what answers were worth. Each type and each loss is a case of
`tests/exchange/banks/test_reading.py` (decision 40).
"""
