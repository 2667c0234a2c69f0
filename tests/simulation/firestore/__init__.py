"""Firestore in memory, behind the client library's own transport, so that the real adapters run on it.

It has Firestore's preconditions, transforms, structured queries, reads at an instant of the last hour, size
limits, and its contention: a document takes about so many writes a second, later ones wait, and those that
would wait too long are aborted.
"""
