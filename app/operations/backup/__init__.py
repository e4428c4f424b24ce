"""One archive of database and images, written while the site serves, and restored."""
