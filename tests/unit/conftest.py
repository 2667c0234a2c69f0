"""Laws hold on a busy machine too, and no unit test waits: no test asserts a wall-clock time."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from shared.documents import retry
from tests.virtual_time import VirtualTime

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(  # for `make mutants`, which runs a test once for each bug that it plants
    "mutants",
    settings.get_profile("unhurried"),
    max_examples=10,
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    database=None,
)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retry, "PACING", VirtualTime().pacing())
        yield
