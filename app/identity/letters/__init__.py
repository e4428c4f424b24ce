"""Letters about an account, which letters a person wants, and the one of the week."""
