"""Two machines of the operators' guide, in namespaces of this one: `make hosts` runs them for a thousand learners, a proof for a dozen."""
