"""What the site says of itself: its settings, previewed before they are kept, and their history."""
