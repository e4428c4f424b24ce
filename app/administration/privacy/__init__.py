"""Data protection: what is held, who looked, erasure, retention."""
