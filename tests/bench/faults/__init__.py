"""Faults on a site that works: processes killed, a disk that fills, a database that goes away. `make faults` does it for ten minutes, a proof for one."""
