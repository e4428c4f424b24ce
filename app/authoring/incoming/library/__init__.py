"""The files of the library: checked whole before any of them is kept."""
