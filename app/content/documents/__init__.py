"""Any file of the course → its value and its problems; what it was understood as."""
