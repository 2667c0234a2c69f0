"""Check the addresses of external APIs before they are called. Pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data"})
_METADATA_ADDRESSES = frozenset({ip_address("fd00:ec2::254"), ip_address("fd20:ce::254")})
_NAT64 = ip_network("64:ff9b::/96")


def check_endpoint(url: str, *, local: bool) -> str:
    """Return the URL if it may be called as an external API.

    Args:
        url: the URL. A host name in it is checked again when it is resolved.
        local: whether this is a developer's machine, where plain HTTP and loopback are allowed too.

    Raises:
        ValueError: says what was expected.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"expected a URL ({error})") from None
    if parts.scheme not in ({"https", "http"} if local else {"https"}):
        raise ValueError("expected a URL that starts with https://")
    if not host or any(character.isspace() for character in url):
        raise ValueError("expected a URL with a host, such as https://api.example.com/customers")
    if parts.username is not None or parts.fragment:
        raise ValueError("expected a URL without user name and fragment")
    if host.rstrip(".") in _METADATA_NAMES:
        raise ValueError("expected a URL that is not a metadata server's")
    try:
        address = ip_address(host)
    except ValueError:
        return url  # a host name; `check_address` sees what it resolves to
    check_address(address, local=local)
    return url


def check_address(address: IPv4Address | IPv6Address, *, local: bool) -> None:
    """Refuse an address that belongs to this machine or to the platform.

    Private networks are allowed: the function may reach an API through its own network.

    Raises:
        ValueError: says why the address is refused.
    """
    address = _embedded(address)
    if address in _METADATA_ADDRESSES or address.is_link_local:
        raise ValueError("expected an address that is neither link-local nor a metadata server's")
    if address.is_loopback and not local:
        raise ValueError("expected an address that is not this machine's")
    if address.is_unspecified or address.is_multicast:
        raise ValueError("expected the address of one machine")


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address embedded in an IPv6 address, or else the address itself."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address
