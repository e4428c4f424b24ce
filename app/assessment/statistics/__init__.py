"""First attempts → item analysis, by question."""
