"""Laws hold on a busy machine too, and no unit test waits: no test asserts a wall-clock time."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from shared.documents import retry
from tests.virtual_time import VirtualTime

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retry, "PACING", VirtualTime().pacing())
        yield
