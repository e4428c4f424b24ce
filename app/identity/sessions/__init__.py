"""Open sessions, known browsers, limits on tries, what becomes of a form sent too late."""
