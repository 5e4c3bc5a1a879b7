"""Is this a well-formed unified social credit code (统一社会信用代码)?

The alphabet, weights and check character are those of GB 32100-2015. Whether an enterprise of that code exists is a register's question.
"""

import unicodedata

_LENGTH = 18
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_MODULUS = 31
_WEIGHTS = tuple(pow(3, position, _MODULUS) for position in range(_LENGTH - 1))


class CreditCodeError(ValueError):
    """The text is no credit code; its message says in Chinese why, for the person who typed it."""


def check_character_of(body: str) -> str:
    """The eighteenth character that belongs to the first seventeen."""
    total = sum(_VALUE[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[-total % _MODULUS]


def check_credit_code(text: str) -> str:
    """The code in capitals without spaces; full-width characters are narrowed. Raises `CreditCodeError`."""
    code = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(code) != _LENGTH:
        raise CreditCodeError(f"统一社会信用代码应为18位，现为{len(code)}位。")
    for place, character in enumerate(code, start=1):
        if character not in _VALUE:
            raise CreditCodeError(f"统一社会信用代码第{place}位“{character}”不是可用字符（数字和大写字母，不含 I、O、S、V、Z）。")
    if check_character_of(code[:-1]) != code[-1]:
        raise CreditCodeError("统一社会信用代码校验位不符，请对照营业执照核对。")
    return code
