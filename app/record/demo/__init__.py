"""The learning records of the demonstration."""
