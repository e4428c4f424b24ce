"""Home, modules, lessons, the learner's record."""
