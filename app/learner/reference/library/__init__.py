"""The library: documents to read, to hear and to download; and whether the links of the course still lead somewhere.

What a document may say is read by `content/documents/library_file.py`, its file is checked by `authoring/incoming/library/`, and `PROVIDERS` of `queries.py` are the
functions that show lines in the list.
"""
