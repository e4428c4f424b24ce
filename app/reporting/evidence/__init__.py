"""Prints what one person did: the certificat de réalisation and the individual follow-up file."""
