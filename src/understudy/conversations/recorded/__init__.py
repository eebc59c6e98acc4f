"""What was said, as whoever learns from it reads it: texts with the contact's name, and their embeddings."""
