"""The report to print, as an accessible PDF."""
