"""One reader for each shape of answer."""
