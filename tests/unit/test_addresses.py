"""Which addresses are called, and which never."""

import re
from ipaddress import ip_address

import pytest

from shared.domain.addresses import check_address, check_endpoint

GOOD = ("https://api.example.com/customers", "https://10.0.0.7/c?v=1", "https://[2001:db8::1]:8443/c")
NOWHERE = (
    "http://api.example.com/customers",
    "ftp://api.example.com/",
    "https://",
    "https:///customers",
    "api.example.com",
    "https://user:password@api.example.com/",
    "https://api.example.com/#a",
    "https://api.example.com/a b",
    "https://api.example.com:99999/",
    "https://[::1/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://METADATA.google.internal./",
    "https://169.254.169.254/latest",
    "https://[fe80::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fd00:ec2::254]/",
    "https://127.0.0.1/",
    "https://0.0.0.0/",
)
REASONS = (
    ("http://api.example.com/customers", "that starts with https://"),
    ("https:///customers", "with a host, such as https://api.example.com/customers"),
    ("https://api.example.com/#a", "without user name and fragment"),
    ("https://metadata/", "that is not a metadata server's"),
)


@pytest.mark.parametrize("url", GOOD)
def test_an_api_is_called_over_https(url: str) -> None:
    assert check_endpoint(url, local=False) == url


@pytest.mark.parametrize("url", NOWHERE)
def test_anything_else_is_refused_with_what_was_expected(url: str) -> None:
    with pytest.raises(ValueError, match=r"^expected (a|the address)"):
        check_endpoint(url, local=False)


@pytest.mark.parametrize(("url", "reason"), REASONS)
def test_the_reason_is_told(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^expected a URL {re.escape(reason)}$"):
        check_endpoint(url, local=False)


@pytest.mark.parametrize("url", GOOD)
def test_a_local_stack_calls_an_api_over_https_too(url: str) -> None:
    assert check_endpoint(url, local=True) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1:8084/customers", "http://localhost:8084/"])
def test_a_local_stack_may_call_itself(url: str) -> None:
    assert check_endpoint(url, local=True) == url
    with pytest.raises(ValueError, match="https"):
        check_endpoint(url, local=False)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "fe80::1",
        "fd20:ce::254",
    ],
)
def test_no_disguise_leads_to_the_metadata_server(address: str) -> None:
    for local in (False, True):
        with pytest.raises(ValueError, match="link-local"):
            check_address(ip_address(address), local=local)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_called_on_a_local_stack_only(address: str) -> None:
    check_address(ip_address(address), local=True)
    with pytest.raises(ValueError, match="this machine"):
        check_address(ip_address(address), local=False)
