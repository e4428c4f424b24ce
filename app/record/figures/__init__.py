"""Everybody's progress in stored rows: the fence around 100,000 people."""
