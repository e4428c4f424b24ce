"""The links of the course that lead nowhere any more, for whoever can mend them."""
