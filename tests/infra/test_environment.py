"""The topology lists exactly the variables that a function's code reads."""

from __future__ import annotations

import pytest

from emulator.topology import read_topology
from shared.payments.providers import PROVIDERS
from tests.infra.configuration import ROOT
from tests.infra.reach import reach, variables_of

FUNCTIONS = {
    function.name: function for function in read_topology(ROOT / "infra" / "topology.json").functions
}
ALWAYS_READ = {"GOOGLE_CLOUD_PROJECT", "LOG_LEVEL"}
CACHE = {"MEMORYSTORE_INSTANCE", "VALKEY_URL"}
NOT_USED = {
    # Stores are only looked up, never made: nothing asks for the default.
    ("payments", "DEFAULT_TIMEZONE"),
    ("payments", "STORES"),
    ("reconcile", "DEFAULT_TIMEZONE"),
    ("reconcile", "STORES"),
    ("reconcile-all", "DEFAULT_TIMEZONE"),
    ("reconcile-all", "STORES"),
    ("warm-cards", "DEFAULT_TIMEZONE"),
    ("warm-cards", "STORES"),
    # The nightly run repairs nothing, so no card changes.
    ("reconcile-all", "MEMORYSTORE_INSTANCE"),
    ("reconcile-all", "VALKEY_URL"),
}
"""What the code could reach and a function never does."""
GIVEN_TO_ALL = {"THREADS", "TRACES"}
SIGN_IN_ALONE = {"LOCAL_STACK", "OIDC_CLIENT_ID"}
"""Read with sign-in cookies and id tokens, which only the functions that list it have."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_given_what_it_reads(name: str) -> None:
    function = FUNCTIONS[name]
    fields = reach(function.source, function.entry_point).settings
    read = set().union(*(variables_of(field) for field in fields)) | ALWAYS_READ
    read -= GIVEN_TO_ALL | {variable for unused, variable in NOT_USED if unused == name} | SIGN_IN_ALONE
    if "webhook_secrets" in fields:
        read |= {f"{provider.upper()}_WEBHOOK_SECRETS" for provider in PROVIDERS}
    listed = {*function.environment, *function.secrets}
    assert listed - SIGN_IN_ALONE == read


@pytest.mark.parametrize("name", FUNCTIONS)
def test_secrets_are_no_variables(name: str) -> None:
    function = FUNCTIONS[name]
    assert not set(function.environment) & set(function.secrets)
    assert {"CUSTOMER_API_TOKENS", "LOOKUP_SALT"}.isdisjoint(function.environment)
    assert set(function.environment) >= CACHE or CACHE.isdisjoint(function.environment)
