"""Papers to fill: their pages, and their files for word processors and spreadsheets."""
