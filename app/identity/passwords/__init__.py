"""Rules of passwords and the signed links that set one."""
