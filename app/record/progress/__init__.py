"""States, percentages and what comes next, from the ledger's rows."""
