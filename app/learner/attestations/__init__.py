"""An attestation as anyone may check it: its page, its sheet of paper, its badge; and its revocation."""
