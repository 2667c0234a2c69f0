"""The stores' customer API, played: five customers, and a control panel to make it misbehave."""
