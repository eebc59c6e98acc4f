"""What learning saved and what it cost: by suggestion, template and month, and the bill with it and without it."""
