"""« Signaler une erreur » and its answer."""
