"""The libraries behind the ports: the ONNX runtime, fastText, VADER, a thread; and scripted twins for tests."""
