"""Is a password good enough, and how does a generated one look?"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mudan.primitives.errors import Invalid

POLICY_SETTING: Final = "MUDAN_PASSWORD_POLICY"
LONGEST: Final = 128  # characters; hashing must not become a way to keep the centre busy

# No letter or digit that is mistaken for another when read out or typed from paper.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
_DIGITS: Final = "23456789"
_GROUPS: Final = 4
_GROUP_LETTERS: Final = 3  # three letters and one digit: 17 bits a group, 67 bits in all

# What people choose when they must choose quickly, kept short on purpose and written for this county.
_COMMON_CORES: Final = (
    "password",
    "passw0rd",
    "p@ssw0rd",
    "admin",
    "administrator",
    "mudan",
    "heze",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "1qaz2wsx",
    "1q2w3e4r",
    "abc123",
    "a123456",
    "123456",
    "12345678",
    "123456789",
    "1234567890",
    "987654321",
    "11111111",
    "88888888",
    "66666666",
    "00000000",
    "5201314",
    "woaini",
    "letmein",
    "welcome",
    "iloveyou",
    "changeme",
    "root",
    "test",
    "dragon",
    "monkey",
    "sunshine",
    "football",
)


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """A profile. `shortest` characters of `classes` kinds."""

    name: str
    shortest: int
    classes: int
    refuses_common: bool


# GB/T 22239-2019 8.1.4.1 a asks for complexity; OWASP ASVS 5.0 6.2.1, 6.2.4 and 6.2.5 for length and a list
# of common passwords without composition rules.
DJBH3: Final = PasswordPolicy("djbh3", 12, 3, refuses_common=True)
ASVS: Final = PasswordPolicy("asvs", 8, 1, refuses_common=True)
POLICIES: Final = {policy.name: policy for policy in (DJBH3, ASVS)}
_LONG_ENOUGH: Final = 15  # ASVS 5.0 6.2.1: from here on length alone is taken for strength


def policy_named(name: str) -> PasswordPolicy:
    """The profile of that name; raises Invalid naming the setting."""
    try:
        return POLICIES[name]
    except KeyError:
        raise Invalid(
            f"{POLICY_SETTING} must be one of {', '.join(POLICIES)}", field=POLICY_SETTING
        ) from None


def check_password(password: str, policy: PasswordPolicy, *, login: str = "") -> None:
    """Raises Invalid, field `new`, with the first reason why the password cannot be taken."""
    if len(password) > LONGEST:
        raise Invalid(f"the password has more than {LONGEST} characters", field="new")
    if len(password) < policy.shortest:
        raise Invalid(f"the password needs at least {policy.shortest} characters", field="new")
    if kinds(password) < policy.classes:
        raise Invalid(
            f"the password needs {policy.classes} of: small letters, capitals, digits, other signs",
            field="new",
        )
    folded = unicodedata.normalize("NFKC", password).casefold()
    if login and login.casefold() in folded:
        raise Invalid("the password holds the login", field="new")
    if policy.refuses_common and len(password) < _LONG_ENOUGH and _common(folded):
        raise Invalid("the password is one that many people use", field="new")


def kinds(password: str) -> int:
    """How many of the four kinds of sign occur: small letters, capitals, digits, anything else."""
    tests: Sequence[Callable[[str], bool]] = (
        str.islower,
        str.isupper,
        str.isdigit,
        lambda sign: not sign.isalnum(),
    )
    return sum(any(map(test, password)) for test in tests)


def password_from(choose: Callable[[str], str]) -> str:
    """A generated password that can be read out, such as `fkt4-Hwq7-bnz2-Mvd9`.

    `choose` picks one sign of a text; the caller gives one that cannot be foretold.
    """
    groups = []
    for index in range(_GROUPS):
        letters = "".join(choose(_LETTERS) for _ in range(_GROUP_LETTERS))
        groups.append((letters.capitalize() if index % 2 else letters) + choose(_DIGITS))
    return "-".join(groups)


def _common(folded: str) -> bool:
    bare = folded.strip("0123456789!@#$%^&*._-+ ")
    return folded in _COMMON_CORES or bare in _COMMON_CORES or len(set(folded)) <= 2
