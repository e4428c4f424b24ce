"""What is read without an account: the landing page, which lessons and images are open, what search engines are told.

A page is open to visitors by `who=OPEN` on its view and `macros/preview.html` in its template, a lesson by `public : oui` in its head.
"""
