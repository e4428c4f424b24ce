"""Cohorts and their course version."""
