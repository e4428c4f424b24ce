"""Signing in by one's own institution (OpenID Connect): what is asked, what is taken as an answer, and whose account it opens.

Each answer that is refused is a line of `WRONG` in `tests/identity/sign_in/institutions/test_wrong_answers.py`; the settings of a provider are in
`platform/settings/providers.py`.
"""
