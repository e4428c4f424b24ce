"""The site itself: acts, settings, the outbox."""
