"""Administrative acts and the access journal, as they are written."""
