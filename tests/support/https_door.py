"""What stands before a real deployment: a door that speaks https with a certificate, and plain HTTP to the web behind."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import select
import socket
import socketserver
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOCALHOST = "127.0.0.1"


class HttpsDoor:
    """Listens at `address`; `certificate` is the file that a client has to trust."""

    def __init__(self, folder: Path, web_port: int) -> None:
        self.certificate = folder / "door.pem"
        self.certificate.write_bytes(_certificate())
        self._server = _Server((LOCALHOST, 0), _Through)
        self._server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.tls.load_cert_chain(self.certificate)
        self._server.web_port = web_port
        self.address = f"https://{LOCALHOST}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Nobody comes in any more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    tls: ssl.SSLContext
    web_port: int

    def handle_error(self, request: object, client_address: object) -> None:
        """Somebody went away in the middle: that is theirs to see."""


class _Through(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with (
            contextlib.suppress(OSError),
            self.server.tls.wrap_socket(self.request, server_side=True) as outside,
            socket.create_connection((LOCALHOST, self.server.web_port), timeout=5) as inside,
        ):
            while True:
                ready = [outside] if outside.pending() else select.select([outside, inside], [], [], 30)[0]
                if not ready:
                    return
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    (inside if one is outside else outside).sendall(data)


def _certificate() -> bytes:
    """A key and a certificate of its own for this machine, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a door for tests")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOCALHOST))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return secret + made.public_bytes(serialization.Encoding.PEM)
