"""A first template from past messages that nobody labelled: what is asked often becomes a scenario to look at."""
