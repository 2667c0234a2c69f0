"""A shop brings its history: a file of JSON Lines, counted as if its events had come one by one."""
