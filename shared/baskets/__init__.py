"""Baskets started at the till, and the customers recognised there."""
