"""The analyser, what is found of each document, and the order."""
