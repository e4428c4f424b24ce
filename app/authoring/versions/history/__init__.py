"""The revisions of a document: compared, taken up again, taken out of the course."""
