"""Signing in and out, and the guard before every page."""
