"""Not paying twice: the same question is answered from memory for a while, and shares a call that is under way."""
