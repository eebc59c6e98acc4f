"""The systems that answer: one file per dialect, a model in this process, and a scripted twin."""
