"""Named rules as data, one family a file."""
