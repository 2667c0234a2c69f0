"""Import a shop's history: a file of JSON Lines, counted as if its events had arrived one by one."""
