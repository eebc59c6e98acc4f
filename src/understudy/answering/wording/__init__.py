"""What is said: replies in their form, fallbacks in turn, questions back and how their answers are read, hand-overs."""
