"""Several people of the grid at once: reminded, put in a cohort, given another date."""
