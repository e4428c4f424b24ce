"""One person's page, and what is decided for them."""
