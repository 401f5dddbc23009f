"""The platforms' envelope, both ways: who signed it, what is in it, for whom it is (document 90968; the account's
dev/push/encryption). Pure. The one place that knows wechatpy: its cipher and padding serve, its checks do not (they
compare in varying time, read a broken ciphertext as some other error, and know neither age nor repeat)."""

import base64
import binascii
import hmac
import secrets
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from wechatpy.crypto.base import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder
from wechatpy.utils import WeChatSigner

BLOCK = 32  # bytes that the platforms pad to, not the cipher's 16
SALT = 16
HEAD = SALT + 4  # before the text: the salt and the text's length


class BadSeal(Exception):
    """It cannot be opened, or is not for us. `reason` is ciphertext or receiver."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def aes_key(text: str) -> bytes:
    """32 bytes out of an EncodingAESKey's 43 characters. Raises ValueError."""
    key = base64.b64decode(f"{text}=")
    if len(key) != 32:
        raise ValueError("an EncodingAESKey has 43 letters and digits")
    return key


def signature(token: str, *parts: str) -> str:
    signer: Any = WeChatSigner()
    signer.add_data(token, *parts)
    made: str = signer.signature
    return made


def signed(given: str, token: str, *parts: str) -> bool:
    """Whether `given` is the parts' signature; takes as long for a near miss as for a far one."""
    return hmac.compare_digest(given.encode(), signature(token, *parts).encode())


def unseal(keys: Sequence[bytes], sealed: str, receiver: str) -> bytes:
    """The text, opened by the first of `keys` that fits: while a key is exchanged there are two. Raises BadSeal."""
    reasons = set()
    for key in keys:
        try:
            return _opened(key, sealed, receiver)
        except BadSeal as error:
            reasons.add(error.reason)
    raise BadSeal("receiver" if "receiver" in reasons else "ciphertext")  # it opened, for somebody else: says more


def seal(key: bytes, text: bytes, receiver: str, salt: bytes = b"") -> str:
    """`salt` is 16 bytes, new ones by default."""
    plain = (salt or secrets.token_bytes(SALT)) + struct.pack(">I", len(text)) + text + receiver.encode()
    return base64.b64encode(_cipher(key).encrypt(PKCS7Encoder.encode(plain))).decode()


def _opened(key: bytes, sealed: str, receiver: str) -> bytes:
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSeal("ciphertext") from error
    if not raw or len(raw) % 16:
        raise BadSeal("ciphertext")
    plain = _unpadded(_cipher(key).decrypt(raw))
    (length,) = struct.unpack(">I", plain[SALT:HEAD])
    if length > len(plain) - HEAD:
        raise BadSeal("ciphertext")
    if not hmac.compare_digest(plain[HEAD + length :], receiver.encode()):
        raise BadSeal("receiver")
    return plain[HEAD : HEAD + length]


def _unpadded(padded: bytes) -> bytes:
    """Without the padding, every byte of which must say its length; at least a head is left."""
    count = padded[-1]
    if not 1 <= count <= BLOCK or padded[-count:] != bytes([count]) * count or len(padded) - count < HEAD:
        raise BadSeal("ciphertext")
    return padded[:-count]


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> Any:
    """Each use makes a context of its own of it."""
    return WeChatCipher(key)
