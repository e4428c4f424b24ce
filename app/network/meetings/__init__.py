"""The network's meetings: announced, their places and waiting list, calendars, emails."""
