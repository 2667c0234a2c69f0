"""When things happen in a store: busier weekends, busier evenings, a little more every week."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from emulator.samples.catalogue import SampleStore


def busy_moments(rng: Random, store: SampleStore, last_day: date, days: int, count: int) -> list[datetime]:
    """Return `count` moments, oldest first, in the `days` local days that end with `last_day`."""
    calendar = [last_day - timedelta(days=days - 1 - n) for n in range(days)]
    weights = [
        store.weekdays[day.weekday()] * (1 + store.growth * n / days) for n, day in enumerate(calendar)
    ]
    return sorted(moment_on(rng, store, day) for day in rng.choices(calendar, weights, k=count))


def moment_on(rng: Random, store: SampleStore, day: date) -> datetime:
    """Return a moment of one local day, at a whole second, by how busy its hours are."""
    hour = rng.choices(range(24), store.hours)[0]
    return datetime.combine(
        day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=ZoneInfo(store.timezone)
    )
