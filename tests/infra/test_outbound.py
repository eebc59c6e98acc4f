"""Where requests may lead, in every spelling of an address."""

from __future__ import annotations

import pytest

from understudy.infra.http.outbound import AddressRefused, Reach, check_url

OUTSIDE, INSIDE = Reach(), Reach(inside=True)

PRIVATE = (
    "http://127.0.0.1:4701/",
    "http://localhost:4701/",
    "http://2130706433:4701/",
    "http://0x7f.1:4701/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://[::1]:4701/",
    "http://[::ffff:127.0.0.1]:4701/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fd00::1]/",
    "http://10.0.0.1/",
    "http://172.16.3.4/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
)
NOWHERE = (
    "http://0.0.0.0:4701/",
    "http://[::]/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://[fe80::1]/",
    "http://224.0.0.1/",
    "http://[ff02::1]/",
)


@pytest.mark.parametrize("url", [*PRIVATE, *NOWHERE])
async def test_from_outside_nothing_leads_inside(url: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        await check_url(url, OUTSIDE, field="base_url")
    assert caught.value.field == "base_url"
    assert caught.value.remedy


@pytest.mark.parametrize("url", [url for url in PRIVATE if "64:ff9b" not in url])
async def test_an_operator_may_lead_inside(url: str) -> None:
    await check_url(url, INSIDE, field="base_url")


@pytest.mark.parametrize("url", NOWHERE)
async def test_nobody_leads_to_where_credentials_are_handed_out(url: str) -> None:
    with pytest.raises(AddressRefused):
        await check_url(url, INSIDE, field="base_url")


@pytest.mark.parametrize("url", ["https://8.8.8.8/v1", "https://[2606:4700::1111]/", "http://1.1.1.1:8080/"])
async def test_the_internet_is_open(url: str) -> None:
    await check_url(url, OUTSIDE, field="base_url")


async def test_what_is_allowed_by_name_is_open() -> None:
    reach = Reach(allow=frozenset({("127.0.0.1", 4701)}))
    await check_url("http://127.0.0.1:4701/", reach, field="base_url")
    with pytest.raises(AddressRefused):
        await check_url("http://127.0.0.1:4702/", reach, field="base_url")


async def test_a_name_that_does_not_resolve_now_may_be_saved() -> None:
    await check_url("https://no-such-host.invalid/v1", OUTSIDE, field="base_url")
