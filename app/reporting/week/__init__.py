"""« Cette semaine »: what moved, whom to call, what waits; its page, and its email on Monday."""
