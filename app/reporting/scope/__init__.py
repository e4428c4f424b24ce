"""Who a reader may see, and the filters of a report."""
