"""Three questions a week by mail, each behind its own address, in the letter of the week."""
