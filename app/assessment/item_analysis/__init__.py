"""Figures and remarks on a question from its answers."""
