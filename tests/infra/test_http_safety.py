"""By which names a server may be called, and whose pages may open its sockets."""

from __future__ import annotations

import pytest

from understudy.infra.http.safety import host_is_allowed, host_name, origin_is_allowed, page_headers


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("127.0.0.1:8080", "127.0.0.1"),
        ("LocalHost", "localhost"),
        ("[::1]:8080", "::1"),
        ("::1", "::1"),
        ("https://www.example.com:444", "www.example.com"),
        ("[::1", ""),
        ("", ""),
    ],
)
def test_the_name_in_an_authority(authority: str, name: str):
    assert host_name(authority) == name


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:9"])
@pytest.mark.parametrize("listens_on", ["127.0.0.1", "localhost", "::1"])
def test_a_server_on_this_machine_answers_to_its_loopback_names(host: str, listens_on: str):
    assert host_is_allowed({"host": host}, listens_on)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "10.0.0.1", ""])
def test_and_to_no_other(host: str):
    assert not host_is_allowed({"host": host}, "127.0.0.1")
    assert host_is_allowed({"host": host}, "0.0.0.0")


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        (None, True),
        ("http://127.0.0.1:8080", True),
        ("https://www.example.com", True),
        ("http://127.0.0.1:9090", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_sockets_are_opened_by_our_page_or_by_sites_that_are_named(origin: str | None, is_allowed: bool):
    headers = {"host": "127.0.0.1:8080"} | ({} if origin is None else {"origin": origin})
    assert origin_is_allowed(headers, frozenset({"https://www.example.com"})) is is_allowed


def test_a_directive_can_be_changed_and_the_rest_stays():
    headers = page_headers(frame_ancestors="https://www.example.com")
    assert "frame-ancestors https://www.example.com" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
