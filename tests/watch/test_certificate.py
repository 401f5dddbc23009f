"""What a browser would think of our certificate: believed, expired, of another name, of an unknown maker."""

import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from yarl import URL

from bot.probes.asking import NoAnswer, ask, asking
from bot.probes.certificate import certificate

NOW = datetime.now(UTC)  # what OpenSSL compares with


async def alive(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


@asynccontextmanager
async def shop(
    folder: Path, *, days: float = 90, address: str = "127.0.0.1"
) -> AsyncIterator[tuple[int, ssl.SSLContext]]:
    """A server with a certificate that it made itself, good for some days and for an address: its port, and whoever
    would believe it."""
    pem = _made(folder, days, address)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    app = web.Application()
    app.router.add_get("/healthz", alive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving).start()
    try:
        yield runner.addresses[0][1], ssl.create_default_context(cafile=str(pem))
    finally:
        await runner.cleanup()


def _made(folder: Path, days: float, address: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "county.invalid")])
    begin, end = NOW - timedelta(days=30), NOW + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path


async def test_a_certificate_that_is_believed_says_until_when(tmp_path: Path) -> None:
    async with shop(tmp_path, days=20) as (port, trusting):
        found = await certificate("127.0.0.1", port, trusting=trusting)
    assert found.doubt == ""
    assert 18 <= (found.ends - NOW).days <= 20


@pytest.mark.parametrize(("days", "address", "doubt"), [(-1, "127.0.0.1", "expired"), (90, "127.0.0.2", "name")])
async def test_a_certificate_that_is_not_believed_says_why(
    tmp_path: Path, days: float, address: str, doubt: str
) -> None:
    async with shop(tmp_path, days=days, address=address) as (port, trusting):
        found = await certificate("127.0.0.1", port, trusting=trusting)
    assert (found.doubt, found.ends > NOW) == (doubt, days > 0)


async def test_a_maker_that_nobody_knows(tmp_path: Path) -> None:
    async with shop(tmp_path) as (port, trusting):
        assert (await certificate("127.0.0.1", port)).doubt == "issuer"
        url = URL(f"https://127.0.0.1:{port}/healthz")
        async with asking() as http:
            with pytest.raises(NoAnswer, match="certificate"):
                await ask(http, url)
        async with asking(trusting) as http:
            assert (await ask(http, url)).status == 200


async def test_a_door_that_speaks_no_tls_and_one_that_says_nothing(tmp_path: Path) -> None:
    silent = socket.create_server(("127.0.0.1", 0))  # it takes the connection, and never speaks
    port = silent.getsockname()[1]
    with silent, pytest.raises(NoAnswer, match="timeout"):
        await certificate("127.0.0.1", port, seconds=0.05)
    with pytest.raises(NoAnswer, match="unreachable"):
        await certificate("127.0.0.1", port)
