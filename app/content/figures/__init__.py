"""Figures typed as simple lines → drawings, each with the same data in words."""
