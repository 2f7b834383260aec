"""What of a text names a person so plainly that a machine sees it? It is taken out before everybody reads the text.

Names stand in no pattern: whoever reports is told that the words are public, and this is the net below.
"""

import re
from typing import Final

_MASK: Final = "***"
_PATTERNS: Final = (
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),  # an address of mail
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),  # an identity number (GB 11643)
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"),  # a mobile telephone
    re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"),  # a telephone with its area
    re.compile(r"(?<!\d)\d{16,19}(?!\d)"),  # a bank card
    re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-Z0-9]{5,6}(?![A-Z0-9])"
    ),  # a number plate (GA 36)
)


_DIGIT: Final = re.compile(r"\d")
_FEWEST_DIGITS: Final = 10  # of a telephone number with its area; the longer ones have more


def masked(text: str) -> str:
    """The text without telephone, identity and card numbers, addresses of mail and number plates."""
    mail, *numbers, plate = _PATTERNS
    if "@" in text:
        text = mail.sub(_MASK, text)
    for pattern in (*(numbers if len(_DIGIT.findall(text)) >= _FEWEST_DIGITS else ()), plate):
        text = pattern.sub(_MASK, text)
    return text
