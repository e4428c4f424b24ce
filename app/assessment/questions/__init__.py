"""Drawing, presenting, grading and correcting questions."""
