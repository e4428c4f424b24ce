"""How an email is sent, those about an account, which ones a person wants, and the one of the week."""
