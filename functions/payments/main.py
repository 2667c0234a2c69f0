"""Webhooks of payment providers."""

from shared.entry.routes import webhooks
from shared.entry.web import entry_point

payments = entry_point("payments", webhooks.routes)
