"""A mock of the stores' customer API: five customers, and a control panel that makes it misbehave."""
