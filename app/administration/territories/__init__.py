"""The territory tree by hand: named, moved, added, withdrawn, with its history."""
