"""Letters about an account, and which letters a person wants."""
