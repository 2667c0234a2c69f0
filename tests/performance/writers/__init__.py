"""Those who count the same events, each in its own way: one list of events a call, all or nothing."""
