"""An attestation as values: what it says, how long it is fresh, its badge and the keys that sign it."""
