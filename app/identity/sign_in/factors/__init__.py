"""The second factor: an application's code, a passkey, printed codes; how it is set up, asked for, lost."""
