"""How are passwords, tokens and codes made and checked?

Passwords are argon2id with the library's recommended cost. Tokens carry 256 random bits, so their plain sha256 is enough to keep. One-time
codes are short because people read them out; they live minutes and are throttled like passwords.
"""

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import PasswordTooWeak

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without characters that are mistaken for one another when read out."""

_hasher = PasswordHasher()
# Each verification takes 64 MiB: no more than four at once, so a rush of logins cannot exhaust the machine.
_turns = threading.BoundedSemaphore(4)
_nobody = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """The argon2id hash of a password. Raises `PasswordTooWeak` for fewer than ten characters or a single repeated one."""
    if len(password) < 10:
        raise PasswordTooWeak("密码至少 10 个字符，建议用几个词连起来。")
    if len(set(password)) < 4:
        raise PasswordTooWeak("密码里不同的字符太少，请换一个。")
    with _turns:
        return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Takes as long for an unknown account as for a known one."""
    with _turns:
        try:
            return _hasher.verify(password_hash or _nobody, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def new_token() -> str:
    """A token with 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A one-time code of ten characters, read out in two groups."""
    text = "".join(secrets.choice(CODE_ALPHABET) for _ in range(10))
    return f"{text[:5]}-{text[5:]}"


def token_hash(token: str) -> str:
    """What we keep of a token or code."""
    return hashlib.sha256(token.encode()).hexdigest()


def normal_code(code: str) -> str:
    """A typed one-time code in its one spelling."""
    letters = "".join(character for character in code.upper() if character.isalnum())
    return f"{letters[:5]}-{letters[5:]}"
