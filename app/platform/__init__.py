"""What no subject owns: settings, the database, pages as such, email, files, printing, the clock, the log."""
