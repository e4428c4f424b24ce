"""The course as a zip, out and in."""
