"""The plan of the course: its paths, modules, lessons and quizzes as one tree, arranged in place."""
