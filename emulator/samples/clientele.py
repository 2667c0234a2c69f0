"""Who buys: guests, newcomers, and regulars of whom a few buy very often."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from emulator.samples.catalogue import SampleStore
from emulator.samples.rhythm import busy_moments, moment_on

_GUESTS, _NEWCOMERS = 0.22, 0.30


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One account; `confirmed_at` is None while the e-mail address is not confirmed."""

    customer_id: str
    registered_at: datetime
    confirmed_at: datetime | None


class Clientele:
    """The accounts of one store, growing as orders come in."""

    def __init__(self, rng: Random, store: SampleStore) -> None:
        self._rng = rng
        self._store = store
        self._visits: list[Customer] = []
        self.customers: list[Customer] = []

    def open_with(self, first_day: date, days: int, orders: int) -> None:
        """Add who registered in the year before `first_day`, and who registers later but never buys."""
        for _ in range(orders // 10):
            day = first_day - timedelta(days=self._rng.randint(1, 330))
            regular = self._register(moment_on(self._rng, self._store, day))
            self._visits += [regular] * min(int(self._rng.paretovariate(1.1)), 20)
        last_day = first_day + timedelta(days=days - 1)
        for at in busy_moments(self._rng, self._store, last_day, days, orders // 20):
            self._register(at)

    def buyer(self, at: datetime) -> str | None:
        """Return the customer id of one more order, None for a guest. Call in the order of time."""
        kind = self._rng.random()
        if kind < _GUESTS:
            return None
        if kind < _GUESTS + _NEWCOMERS or not self._visits:
            customer = self._register(at + self._from_registration())
        else:
            # Whoever came often comes again: this makes the long tail.
            customer = self._rng.choice(self._visits)
        self._visits.append(customer)
        return customer.customer_id

    def _from_registration(self) -> timedelta:
        if self._rng.random() < 0.1:
            return timedelta(minutes=self._rng.randint(1, 2000))  # bought first, registered afterwards
        return -timedelta(seconds=self._rng.randint(60, 2400))

    def _register(self, at: datetime) -> Customer:
        minutes = round(self._rng.lognormvariate(2.5, 1.6))
        confirmed_at = at + timedelta(minutes=1 + min(minutes, 5000)) if self._rng.random() < 0.86 else None
        customer = Customer(
            customer_id=f"{self._store.store_id}-c{len(self.customers) + 1:04}",
            registered_at=at,
            confirmed_at=confirmed_at,
        )
        self.customers.append(customer)
        return customer
