"""A folder as a course without a site."""
