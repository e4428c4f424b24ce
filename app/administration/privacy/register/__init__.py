"""The register of processing: one declaration a table."""
