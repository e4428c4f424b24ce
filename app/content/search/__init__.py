"""The one analyser, what is found of each document, its index and the order of what is found."""
