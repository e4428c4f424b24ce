"""A site that follows a repository."""
