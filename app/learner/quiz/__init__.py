"""The pages of a quiz: start, question, recap, correction."""
