"""History, restoring, withdrawal, merges."""
