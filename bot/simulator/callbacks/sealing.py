"""The platforms' seal on a callback, both ways: document 90968. Our own, so that the product's is checked against
another hand."""

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # the platforms pad to this, not to the cipher's 16


class BadSeal(Exception):
    """What came back is not sealed as it should be."""


def sign(token: str, *parts: str) -> str:
    """SHA-1 over the sorted parts: the platforms ask for this digest and no other."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode(), usedforsecurity=False).hexdigest()


def new_aes_key() -> str:
    """43 characters of letters and digits that decode to 32 bytes."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key


def seal(aes_key: str, text: bytes, receiver: str) -> str:
    """base64 of 16 random bytes, a length, the text and whom it is for."""
    plain = secrets.token_bytes(16) + struct.pack(">I", len(text)) + text + receiver.encode()
    padding = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def unseal(aes_key: str, sealed: str, receiver: str) -> bytes:
    """The text. Raises BadSeal."""
    try:
        decryptor = _cipher(aes_key).decryptor()
        padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
        plain = padded[: -padded[-1]]
        (length,) = struct.unpack(">I", plain[16:20])
    except (ValueError, IndexError, struct.error) as error:
        raise BadSeal(str(error)) from error
    if plain[20 + length :].decode("utf-8", "replace") != receiver:
        raise BadSeal("for another receiver")
    return plain[20 : 20 + length]


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
