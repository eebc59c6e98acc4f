"""Answers as whoever measures them reads them: in the order they were made, without the rest of the climb."""
