"""Requests to addresses that people typed in: checked when they are saved, and again on every connection.

A name is resolved once per connection and the connection goes to the very address that was checked, so a name that
answers differently the second time gains nothing. Redirects are not followed, proxies of the environment not used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from understudy.kit.errors import Invalid

CONNECT_SECONDS = 5.0
POOL_CONNECTIONS = 200
KEEP_SECONDS = 30.0
DEFAULT_PORTS = {"http": 80, "https": 443}

TRANSLATED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10")))
"""IPv6 ranges that lead to an IPv4 address (NAT64, 6to4, Teredo) or into a site: RFC 6052, 8215, 3056, 4380, 3879."""

METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"))
)
"""Where clouds hand out the credentials of a machine; never a server of models."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Invalid):
    """The address lies where requests from outside must not lead."""

    code = "address_refused"


class ConnectionRefused(httpcore2.ConnectError):
    """A connection that was not opened, because its address is one of those that are refused."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where requests may lead. `inside`: also into this network; `allow`: addresses with ports that are always fine.

    Metadata services, link-local, multicast and unspecified addresses are refused in any case.
    """

    inside: bool = False
    allow: frozenset[tuple[str, int]] = frozenset()

    def refuses(self, address: str, port: int) -> bool:
        """Whether no connection to this address may be opened."""
        if (address, port) in self.allow:
            return False
        plain = _plain(address)
        if plain in METADATA or plain.is_link_local or plain.is_multicast or plain.is_unspecified:
            return True
        if self.inside:
            return False
        return not plain.is_global or (plain.version == 6 and any(plain in network for network in TRANSLATED))


def _plain(address: str) -> Address:
    found = ipaddress.ip_address(address.split("%")[0])
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found


async def addresses_of(host: str, port: int) -> list[str]:
    """What a name resolves to now, in the order of the system; raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


async def check_url(url: str, reach: Reach, *, field: str) -> None:
    """Raises `AddressRefused` for a URL that leads where it must not; a name that does not resolve now may be saved."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    try:
        addresses = await addresses_of(host, port)
    except (OSError, UnicodeError):
        return
    refused = [address for address in addresses if reach.refuses(address, port)]
    if refused:
        raise AddressRefused(
            f"{host} leads to {refused[0]}, which is not an address out in the internet",
            field=field,
            remedy="use a public address; an operator may allow inside addresses with UNDERSTUDY_LLM_ALLOW_INSIDE, "
            "or set up the provider for the whole platform",
        )


class PinnedBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections only where `reach` allows, each to the address that was checked."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._sockets = httpcore2.AnyIOBackend()
        self.refused = 0

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature of the library
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the first address of the host that answers; none when any of them is refused."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await addresses_of(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"{host} cannot be resolved: {error}") from error
        if not addresses or any(self._reach.refuses(address, port) for address in addresses):
            self.refused += 1
            raise ConnectionRefused(f"{host} leads to an address that is refused")
        options: dict[str, Any] = {"local_address": local_address, "socket_options": socket_options}
        for address in addresses[:-1]:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return await self._sockets.connect_tcp(address, port, timeout=timeout, **options)
        return await self._sockets.connect_tcp(addresses[-1], port, timeout=timeout, **options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Never: raises `ConnectionRefused`."""
        raise ConnectionRefused("no requests to sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self._sockets.sleep(seconds)


def outbound_transport(reach: Reach) -> httpx2.AsyncHTTPTransport:
    """A transport whose connections all go through `PinnedBackend`."""
    limits = httpx2.Limits(
        max_connections=POOL_CONNECTIONS, max_keepalive_connections=POOL_CONNECTIONS, keepalive_expiry=KEEP_SECONDS
    )
    transport = httpx2.AsyncHTTPTransport(trust_env=False, limits=limits)
    transport._pool._network_backend = PinnedBackend(reach)
    return transport


def outbound_client(
    reach: Reach, *, timeout_seconds: float, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """A client that follows no redirect and takes nothing from the environment. `transport`: one around ours."""
    return httpx2.AsyncClient(
        transport=transport or outbound_transport(reach),
        timeout=httpx2.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
        follow_redirects=False,
        trust_env=False,
    )
