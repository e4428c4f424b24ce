"""The accounts of the demonstration."""
