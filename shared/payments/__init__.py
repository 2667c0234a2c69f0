"""Payment providers, a module each, named as the provider is in the webhook's address.

To add one, add a module here and its test, and list `<NAME>_WEBHOOK_SECRETS` with the function's secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from shared.payments.webhook import Provider


@cache
def providers() -> Mapping[str, Provider]:
    """Return every provider by name."""
    names = [module.name for module in iter_modules(__path__)]
    return {name: import_module(f"{__name__}.{name}").PROVIDER for name in names}
