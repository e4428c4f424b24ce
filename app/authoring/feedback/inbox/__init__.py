"""What learners wrote, errors and questions: one inbox, the answers that they read, and what is published of them."""
