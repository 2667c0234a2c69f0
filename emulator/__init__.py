"""The local stack: the real emulators, a Valkey server and every function of the topology on one machine."""
