"""What must not lie open in the database: sealed with a key derived from SECRET_KEY, found again by a keyed digest."""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SignalTreeError


class WrongKey(SignalTreeError):
    """SECRET_KEY 与数据库不符，解不开号码和机器人地址。请换回原来的 SECRET_KEY。"""


class Vault:
    """Seals short texts (phones, robot keys). A seal is 12 bytes of nonce, then AES-256-GCM."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()
        self._cipher = AESGCM(self.derive(b"seal"))
        self._finder = self.derive(b"find")

    def derive(self, purpose: bytes) -> bytes:
        """32 bytes for one purpose, unrelated to those of another."""
        return HKDF(SHA256(), 32, salt=b"signaltree", info=purpose).derive(self._secret)

    def seal(self, text: str) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], None).decode()
        except Exception as error:
            raise WrongKey from error

    def digest(self, text: str) -> str:
        """What a sealed text is found by: 32 hexadecimal characters."""
        return hmac.new(self._finder, text.encode(), hashlib.sha256).hexdigest()[:32]
