"""What sweeps share: how far each has read, and whose turn it is."""
