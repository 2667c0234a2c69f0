"""Payments: webhooks of payment providers, and orders that nobody paid."""
