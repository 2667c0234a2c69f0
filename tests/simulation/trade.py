"""What happens in the stores of a history, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from random import Random

from shared.domain.period import Month
from tests.simulation import virtual
from tests.simulation.account import Account
from tests.simulation.early_checks import EarlyChecks
from tests.simulation.editor import Editor
from tests.simulation.operators import Operators, lines_of
from tests.simulation.workload import ZONES, Event, Shop, encode

_PAUSE_S = 4.0

_LAST_S = 20.0
"""For what comes last, in whatever weather: nothing after it would hide what it leaves undone."""

_ALONE = 0.6
_NONSENSE_AMONG = 0.1


class Trade:
    """Shops publish, tills ask, and operators operate.

    Args:
        seed: decides what happens.
        account: where it is written down.
        operators: do what people do.
        checks: look at what comes out at once.
        editor: edits documents by hand.
        spoilers: how often somebody edits tallies or a record by hand.
    """

    def __init__(
        self,
        seed: int,
        account: Account,
        operators: Operators,
        checks: EarlyChecks,
        *,
        editor: Editor,
        spoilers: int,
    ) -> None:
        self.published = 0
        self._random = Random(f"{seed} trade")
        self._account = account
        self._operators = operators
        self._checks = checks
        self._editor = editor
        self._spoilers = spoilers
        self._due: Counter[str] = Counter()

    def run(self, steps: int) -> None:
        """Do so much."""
        actions: list[tuple[int, Callable[[Shop], None]]] = [
            (40, lambda shop: self._publish_all(shop.new_order())),
            (15, lambda shop: self._publish_all(shop.old_order())),
            (6, lambda shop: self._publish_all(shop.payment())),
            (10, lambda shop: self._publish_all(shop.customer())), (2, self._rush), (4, self._rivals),
            (8, self._basket), (4, self._nonsense), (3, self._reconcile), (3, self._move), (3, self._show),
            (2, self._import), (2, self._decide), (2, self._rename), (1, self._configure),
            (self._spoilers, self._spoil),
        ]  # fmt: skip
        weights = [weight for weight, _ in actions]
        shops = tuple(self._account.shops.values())
        for _ in range(steps):
            [(_, action)] = self._random.choices(actions, weights)
            action(self._random.choice(shops))
            pause_s = self._random.choice((0.0, self._random.expovariate(1 / _PAUSE_S)))
            self._account.world.scheduler.sleep(pause_s)
        for shop in shops:
            self._rush(shop)
            self._rivals(shop)
        self._account.world.scheduler.sleep(_LAST_S)

    def tell_of_old_orders(self) -> None:
        """Publish something about an order of each store, at once."""
        for shop in self._account.shops.values():
            self._publish_all(shop.old_order(), longest_delay_s=0.0)

    def _publish_all(self, events: Iterable[Event], longest_delay_s: float = 120.0) -> None:
        """Publish each event by itself, or those of a topic in one message, perhaps with nonsense in it."""
        if self._random.random() < _ALONE:
            for topic, body in list(events):
                self._publish(topic, encode(body), longest_delay_s)
            return
        by_topic: dict[str, list[bytes]] = {}
        for topic, body in list(events):
            by_topic.setdefault(topic, []).append(encode(body))
        for topic, texts in by_topic.items():
            if self._random.random() < _NONSENSE_AMONG:
                texts.append(b'{"eventId": "nonsense %d"}' % self.published)
                self._account.done.nonsense.append(texts[-1])
            self._publish(topic, b"[%s]" % b", ".join(texts), longest_delay_s)

    def _rush(self, shop: Shop) -> None:
        """Publish a lot about one store within a moment, also about a record that somebody broke."""
        broken = self._account.done.broken.get(shop.store_id)
        for n in range(6):
            events = shop.new_order() if n % 2 else shop.old_order()
            self._publish_all((*shop.about(broken), *events), longest_delay_s=0.2)

    def _rivals(self, shop: Shop) -> None:
        """Have writers of one customer meet who has no other orders that would hide who won."""
        born, then = shop.rivals()
        self._publish_all([born], longest_delay_s=0.0)
        self._account.world.scheduler.sleep(_PAUSE_S)
        self._publish_all(then, longest_delay_s=_PAUSE_S)

    def _publish(self, topic: str, data: bytes, longest_delay_s: float = 120.0) -> None:
        """Publish at any time within two minutes, sometimes twice, as publishers do."""
        self.published += 1
        for _ in range(self._random.choice((1, 1, 1, 2))):
            delay_s = min(longest_delay_s, self._random.choice((0.0, 1.0, 120.0)) * self._random.random())
            publish = partial(self._account.world.pubsub.publish, topic, data, {})
            self._operators.start(f"publish {self.published}", publish, delay_s)

    def _nonsense(self, shop: Shop) -> None:
        if shop.store_id not in self._account.done.zones:
            return  # its first order, of whatever currency, would decide what is nonsense
        topic, data = shop.nonsense()
        self._account.done.nonsense.append(data)
        self._publish(topic, data)

    def _basket(self, shop: Shop) -> None:
        self._operators.start("basket", lambda: self._operators.start_basket(shop.store_id))

    def _reconcile(self, shop: Shop, *, repair: bool | None = None) -> None:
        month = Month.of((virtual.now() - timedelta(days=self._random.choice((0, 30)))).date())
        repairs = self._random.random() < 0.5 if repair is None else repair

        def run() -> None:
            self._checks.drift(self._operators.reconcile(shop.store_id, month, repair=repairs))

        self._operators.start("reconcile", run)

    def _move(self, shop: Shop) -> None:
        zone = self._random.choice(ZONES)
        if shop.store_id not in self._account.done.zones:
            return  # nobody operates a store that nobody knows of
        self._operators.start("move", lambda: self._operators.move(shop.store_id, zone))

    def _show(self, shop: Shop) -> None:
        customers = sorted({order["customerId"] for order in shop.orders if order["customerId"]})
        self._operators.start("look", lambda: self._operators.show(shop.store_id, customers))

    def _import(self, shop: Shop) -> None:
        bodies = [dict(body) for _ in range(6) for _, body in list(shop.new_order())]
        self.published += len(bodies)
        lines, refused = lines_of(bodies), self._random.choice((0, 1, 2))
        lines[:0] = [b'{"orderId": 1}'] * refused
        self._operators.start("import", lambda: self._operators.import_file(shop.store_id, lines, refused))

    def _decide(self, _: Shop) -> None:
        self._operators.start("decide", self._operators.letters.decide)

    def _rename(self, shop: Shop) -> None:
        if shop.store_id in self._account.done.zones:
            self._operators.start("rename", lambda: self._operators.rename(shop.store_id))

    def _configure(self, _: Shop) -> None:
        self._operators.start("configure", self._operators.configure)

    def _spoil(self, shop: Shop) -> None:
        if self._random.random() < 0.5:
            self._editor.spoil(shop.store_id)
            self._reconcile(shop, repair=True)
        else:
            self._editor.break_record(shop.store_id)
            broken = self._account.done.broken.get(shop.store_id)
            self._publish_all(
                (*shop.about(broken), *shop.old_order(), *shop.new_order()), longest_delay_s=0.0
            )
