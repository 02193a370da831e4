"""Where the demo listens, and what it says when it can't."""

import socket

import pytest

from competition.embedded.address import Address, chosen_address, listening_socket
from competition.embedded.errors import CannotStartError


def test_a_port_that_is_taken_is_named_in_one_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CannotStartError) as refused:
            listening_socket(Address("127.0.0.1", port), patience=0)

    assert str(refused.value) == (f"Port {port} on 127.0.0.1 is taken: stop what listens there, or set PORT.")


def test_a_port_that_is_free_is_kept_from_others():
    with listening_socket(Address("127.0.0.1", 0)) as ours:
        taken = Address("127.0.0.1", ours.getsockname()[1])

        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind((taken.host, taken.port))


@pytest.mark.parametrize("port", ["0", "65536", "http", "8000 ", "-1", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(CannotStartError, match="^PORT must be a number from 1 to 65535"):
        chosen_address()


def test_a_host_that_is_no_address_here_is_refused():
    with pytest.raises(CannotStartError, match="192.0.2.1"):
        listening_socket(Address("192.0.2.1", 8000), patience=0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_address_is_shown_as_a_browser_takes_it(host: str, url: str):
    assert Address(host, 8000).url == url


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_bound_everywhere_the_pages_may_be_asked_for_under_each_address_of_the_machine(host: str):
    allowed = Address(host, 8000).allowed_hosts
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        # Nothing is sent: this only asks the kernel which address it would send from.
        outward.connect(("127.0.0.2", 9))
        of_this_machine = outward.getsockname()[0]

    assert of_this_machine in allowed
    assert "[::1]" in allowed
    assert not any("%" in name or name in {host, f"[{host}]"} for name in allowed)


def test_the_pages_may_be_asked_for_under_the_host_that_is_bound():
    assert "[2001:db8::1]" in Address("2001:db8::1", 8000).allowed_hosts
