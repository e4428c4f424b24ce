"""Home, modules, lessons, the record of whoever learns: what composes all the others."""
