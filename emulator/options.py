"""How a stack is started."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulator.ports import DEFAULT_PORTS

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """Everything about a stack that may differ.

    Attributes:
        root: the repository that the functions' sources are in.
        topology: the list of functions.
        state_dir: a folder of its own makes a stack of its own.
        ports: {name: port} to prefer; {} takes free ones only, for a stack beside a developer's.
        reload: restart functions whose sources change.
        with_firestore_proxy: put `LocalStack.firestore_proxy` before Firestore, to simulate an outage.
        timeout_s: how long any one process may take to answer.
        environ: where variables such as FIRESTORE_EMULATOR_HOST are read from.
    """

    root: Path = REPOSITORY
    topology: Path = REPOSITORY / "infra" / "topology.json"
    state_dir: Path = REPOSITORY / ".local"
    ports: Mapping[str, int] = field(default_factory=lambda: DEFAULT_PORTS)
    reload: bool = False
    with_firestore_proxy: bool = False
    timeout_s: float = 120.0
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
