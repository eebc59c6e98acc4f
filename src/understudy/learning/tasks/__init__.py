"""Tasks: rescues on their way to suggestions. Claimed by one worker at a time, given back when it dies."""
