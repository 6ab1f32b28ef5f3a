"""Clients for a web on loopback, where 127.0.0.1 plays the public internet and 127.0.0.2 the private network."""

from ipaddress import IPv4Address

from trulybot.kit.net.addresses import Reach
from trulybot.kit.net.client import Limits

PUBLIC, PRIVATE = IPv4Address("127.0.0.1"), IPv4Address("127.0.0.2")
OPEN = Reach(allow=lambda address: address == PUBLIC, ports=None)
EVERYWHERE = Reach(allow=lambda address: True, ports=None)
QUICK = Limits(most_bytes=2**20, seconds=3, silence=1.2, connecting=1.2)
