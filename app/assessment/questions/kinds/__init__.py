"""One file a type of question: all that depends on the type, from a form's fields to its statistics."""
