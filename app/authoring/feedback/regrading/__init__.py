"""Marking a quiz again by its corrected keys: what it would do, then the decision."""
