"""What the people of a cité propose for its page: read beside what it says now, accepted, or refused with a word."""
