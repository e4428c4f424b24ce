"""The vocabulary of the course: frozen values of texts, quizzes and the course."""
