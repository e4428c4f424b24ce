"""One file a kind of figure: how a line of it is read, drawn, and said in words."""
