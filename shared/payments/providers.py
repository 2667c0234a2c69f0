"""The payment providers, by the name in the webhook's address.

To add one, add a module here with its test, a line in `PROVIDERS` and its name in `shared.domain.payment`,
and `<NAME>_WEBHOOK_SECRETS` in the topology.
"""

from shared.payments import bravive, stripe

PROVIDERS = {"bravive": bravive.PROVIDER, "stripe": stripe.PROVIDER}
