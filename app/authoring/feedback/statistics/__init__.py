"""Which question is bad, in words first."""
