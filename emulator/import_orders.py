"""Import a file into the running stack, or compare one with it, as an operator does on Google Cloud."""

import os
from hashlib import sha256
from pathlib import Path

from emulator.state import StackState


def import_into(state: StackState, file: Path, store_id: str | None) -> int:
    """Import the file and return the exit status. Changes the environment of this process to the stack's."""
    from infra.import_orders import import_file

    _use(state)
    # Each stack starts with an empty database, so progress of an import into another one does not count.
    return import_file(file, store_id, target=sha256(state.webhook_secret.encode()).hexdigest())


def compare_with(state: StackState, file: Path, store_id: str | None, orders: Path | None) -> int:
    """Compare the file and return the exit status. Changes the environment of this process to the stack's."""
    from infra.compare.__main__ import compare_file

    _use(state)
    return compare_file(file, store_id, orders)


def _use(state: StackState) -> None:
    from shared import runtime

    os.environ.update(
        GOOGLE_CLOUD_PROJECT=state.project_id,
        FIRESTORE_DATABASE="(default)",
        FIRESTORE_EMULATOR_HOST=state.firestore_host,
        PSEUDONYM_SALT=state.webhook_secret,  # the local value of every secret
        VALKEY_URL=state.valkey_url,
    )
    os.environ.pop("MEMORYSTORE_INSTANCE", None)
    runtime.reset()
