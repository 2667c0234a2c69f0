"""Import everything in the right order: time before the libraries that take its functions as defaults, the
libraries before the threads are replaced, and only then what is tested.
"""

from __future__ import annotations

from tests.simulation import virtual  # isort: skip

virtual.replace_time()

import importlib  # noqa: E402
import pkgutil  # noqa: E402

import cachetools  # noqa: E402, F401
import flask.testing  # noqa: E402, F401
import functions_framework  # noqa: E402, F401
import google.api_core.retry  # noqa: E402
import google.cloud.firestore  # noqa: E402
import google.pubsub_v1  # noqa: E402, F401
import iso4217  # noqa: E402, F401
import phonenumbers  # noqa: E402, F401
import pybreaker  # noqa: E402, F401
import pydantic  # noqa: E402, F401
import requests  # noqa: E402, F401
import tenacity  # noqa: E402, F401
import valkey  # noqa: E402
import valkey.cluster  # noqa: E402, F401

virtual.replace_names()
import shared  # noqa: E402

for _module in pkgutil.walk_packages(shared.__path__, "shared."):
    importlib.import_module(_module.name)  # the runtime imports its parts only when they are first used
virtual.restore_names()

from tests.simulation.command import main  # noqa: E402

__all__ = ["main"]
