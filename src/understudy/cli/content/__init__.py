"""Commands about what is answered from: templates, what a company follows, and questions with their answers."""
