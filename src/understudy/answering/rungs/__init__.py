"""The rungs there are. The ladder is a list built in wiring, so that further ones join it there."""
