"""Past traffic and golden cases under a candidate: at once in this process, or in parts as jobs for large windows."""
