"""What leaves by scope and period: one page for a committee, the file of a funder, that of an employer."""
