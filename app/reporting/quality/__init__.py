"""The evidence of quality: a tile an indicator, what everybody may read of the results, what an auditor takes away."""
