"""What the site says of itself: its name, who publishes it, its texts, its colours, its days and its hours, kept with their history."""
