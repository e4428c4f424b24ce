"""The editor beside the learner's page, with problems and remedies."""
