"""The catalogue: one equation a file, folder = topic, file name = id."""
