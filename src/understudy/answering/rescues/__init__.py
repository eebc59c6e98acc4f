"""Answers as whoever learns from them reads them: paid ones in the order they were made, free ones of late."""
