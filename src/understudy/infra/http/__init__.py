"""What pages need of HTTP, whoever serves them: static files from memory, and headers that keep browsers safe."""
