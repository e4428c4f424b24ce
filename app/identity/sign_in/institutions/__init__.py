"""Signing in by one's own institution (OpenID Connect): what is asked, what is taken as an answer, and whose account it opens."""
