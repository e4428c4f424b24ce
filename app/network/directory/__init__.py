"""The people of the network who agreed to appear on the page of their cité, and how each may be written to."""
