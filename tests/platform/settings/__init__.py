"""Settings, as they are read."""
