"""A lesson out as a file for word processors, read by people who have no account, and in again with what they changed."""
