"""Webhooks of payment providers."""

from flask import Blueprint

from shared.entry.web import entry_point


@entry_point
def payments() -> tuple[Blueprint, ...]:
    from shared.entry.routes import webhooks

    return (webhooks.routes,)
