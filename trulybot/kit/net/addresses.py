"""Which addresses are the public internet, and how a name becomes addresses."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import msgspec

IPAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[IPAddress]]]

WEB_PORTS = frozenset({80, 443, 8080, 8443})

# IANA's special-purpose registries, written out: `is_global` of `ipaddress` differs between patch releases of Python.
NOT_PUBLIC_4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # public by number, but the machine's own metadata service on Azure
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
PUBLIC_6 = IPv6Network("2000::/3")
# 2001::/23 holds Teredo, ORCHID and benchmarking; 2002::/16 is 6to4, which would carry any IPv4 address inside.
NOT_PUBLIC_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: IPAddress) -> bool:
    address = true_address(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)


def true_address(address: IPAddress) -> IPAddress:
    """The IPv4 address a packet would end at, where an IPv6 address is only its wrapping (mapped, or NAT64)."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in NAT64 else address


async def resolve(host: str, port: int) -> list[IPAddress]:
    """Every address of a name in the system's order of preference; raises OSError when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A scope such as %eth0 can only come with a link-local address: without it, it is refused all the same.
    return [ip_address(str(where[0]).partition("%")[0]) for *_, where in found]


class Reach(msgspec.Struct, frozen=True):
    """Where a client may go. The default is the public web; another rule is only ever passed in code."""

    allow: Callable[[IPAddress], bool] = is_public
    ports: frozenset[int] | None = WEB_PORTS
    resolve: Resolve = resolve
