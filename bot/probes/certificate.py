"""The certificate that a name shows to whoever comes: until when it is good, and whether a phone would believe it."""

import asyncio
import contextlib
import ssl
from datetime import datetime
from typing import NamedTuple

from cryptography import x509

from bot.probes.asking import SECONDS, NoAnswer

WHY = {10: "expired", 62: "name", 64: "name"}  # OpenSSL's own numbers (X509_V_ERR_…); 64 is of an IP address


class Certificate(NamedTuple):
    """`doubt` is empty where it is believed, else expired, name (it is another's) or issuer (nobody knows who made
    it, or a part of the chain is missing)."""

    ends: datetime
    doubt: str


async def certificate(
    host: str, port: int, *, trusting: ssl.SSLContext | None = None, seconds: float = SECONDS
) -> Certificate:
    """Shake hands and look. Raises NoAnswer."""
    strict = trusting if trusting is not None else ssl.create_default_context()
    try:
        return Certificate(await _shown(host, port, strict, seconds), "")
    except ssl.SSLCertVerificationError as error:
        doubt = WHY.get(error.verify_code, "issuer")
    return Certificate(await _shown(host, port, _blind(), seconds), doubt)


async def _shown(host: str, port: int, context: ssl.SSLContext, seconds: float) -> datetime:
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    except TimeoutError:
        raise NoAnswer("timeout") from None
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError:
        raise NoAnswer("certificate") from None
    except OSError:
        raise NoAnswer("unreachable") from None
    try:
        raw = writer.get_extra_info("ssl_object").getpeercert(True)
    finally:
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError, TimeoutError):
            async with asyncio.timeout(seconds):
                await writer.wait_closed()
    return x509.load_der_x509_certificate(raw).not_valid_after_utc


def _blind() -> ssl.SSLContext:
    """To read what was not believed; nothing is said over it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
