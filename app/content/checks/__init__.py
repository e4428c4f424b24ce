"""What is wrong between the files of a course."""
