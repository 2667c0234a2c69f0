"""Measurements on the running local stack."""
