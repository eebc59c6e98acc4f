"""The golden cases of a company: a set with versions, filled by hand, from files and from confirmed answers."""
