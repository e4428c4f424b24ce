"""What is written: ledger, enrolments, attestations, regradings."""
