"""« Cette semaine »: what moved since last Monday, whom a call can win, what waits for the reader; the same by email each Monday."""
