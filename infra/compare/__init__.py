"""Compare another system's monthly counters with the ledger, and name the orders behind each difference."""
