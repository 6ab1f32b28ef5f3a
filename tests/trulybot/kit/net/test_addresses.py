from ipaddress import ip_address

import pytest

from trulybot.kit.net.addresses import is_public, resolve

PUBLIC = ["1.1.1.1", "9.9.9.9", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"]
NOT_PUBLIC = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("169.254.169.254", "169.254.170.2", "168.63.129.16", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "100::1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254"),
    *("fd20:ce::254", "fe80::1", "fec0::1", "ff02::1", "4000::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC[:4])
def test_public_address_stays_public_in_its_ipv6_wrappings(address: str) -> None:
    assert is_public(ip_address(f"::ffff:{address}"))
    assert is_public(ip_address(f"64:ff9b::{address}"))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_special_purpose_address_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


async def test_system_resolver_reads_numbers_and_names() -> None:
    assert await resolve("127.1", 80) == [ip_address("127.0.0.1")]
    assert ip_address("127.0.0.1") in await resolve("localhost", 80)
