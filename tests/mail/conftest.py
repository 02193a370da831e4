"""A real mail server on a free port, which can be told how to answer, stopped and started again."""

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from allauth.account.models import EmailAddress

from tests.factory import make_competition, make_member


class Handler:
    """Keeps what arrives; answers as it is told to."""

    def __init__(self):
        self.letters = []
        self.at_recipient = ""
        self.at_data = ""
        self.break_off = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.break_off:
            self.letters.append(envelope)
            server.transport.abort()
            return "250 nobody hears this"
        if self.at_data:
            return self.at_data
        self.letters.append(envelope)
        return "250 OK"


class MailServer:
    """On one port for its whole life, running or not."""

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.handler = Handler()
        self.controller = None

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}?tls=off"

    @property
    def arrived(self):
        """Recipient and letter, in the order of arrival."""
        return [
            (envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default))
            for envelope in self.handler.letters
        ]

    def start(self):
        self.controller = Controller(self.handler, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def mail_server():
    server = MailServer()
    yield server
    server.stop()


def confirm(user, address):
    """The person has confirmed this address."""
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)


def populate(tmp_path):
    """A competition with one team of one person, whose address is confirmed."""
    member = make_member(make_competition(tmp_path), "ada")
    confirm(member.user, "ada@example.org")
    return member
