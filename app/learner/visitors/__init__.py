"""What is read without an account: the landing page, which lessons and images are open, what search engines are told."""
