"""Where does a request come from? The page's origin, and the address behind trusted proxies."""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from mudan.api.deps import ApiSettings


def origin_allowed(connection: HTTPConnection, settings: ApiSettings) -> bool:
    """Whether the Origin header names this centre. Browsers send it with every change and web socket."""
    origin = connection.headers.get("origin", "")
    if not origin:
        return False
    if settings.origins:
        return origin in settings.origins
    return urlsplit(origin).netloc == connection.headers.get("host", "")


def client_address(connection: HTTPConnection, settings: ApiSettings) -> str:
    """The address of the other side: the last one that no trusted proxy vouches away."""
    address = connection.client.host if connection.client else ""
    hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while hops and _within(address, settings.trusted_proxies):
        address = hops.pop()
    return address


def from_this_machine(connection: HTTPConnection) -> bool:
    """Whether the request comes from a process of this machine, and not through a proxy on it."""
    if "x-forwarded-for" in connection.headers or "forwarded" in connection.headers:
        return False
    return connection.client is not None and _within(connection.client.host, ("127.0.0.0/8", "::1"))


def _within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(network, strict=False) for network in networks)
