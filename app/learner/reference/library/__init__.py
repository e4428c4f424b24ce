"""The library: documents to read, to hear and to download; and whether the links of the course still lead somewhere."""
