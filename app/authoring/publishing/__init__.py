"""From a draft to a revision: effect, date, a colleague's reading."""
