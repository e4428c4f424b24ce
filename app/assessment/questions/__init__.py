"""Drawing, presenting, reading, grading and correcting questions."""
