"""A deterministic simulation of the whole system: real code, simulated services, faults from a seed.

The models are FoundationDB's simulation testing and TigerBeetle's VOPR. One process runs the functions' real
code in tasks that take turns. A seeded scheduler decides whose turn it is and a virtual clock what time it
is; Firestore, Pub/Sub, Valkey and the customer API are simulated with their faults. The same seed gives the
same history.
"""
