"""The tree region → département → cité, and its sync with the network file."""
