"""How do bytes of SL 651 become messages and back?

    7E 7E | centre 1, station 5 (down: station, centre) | password 2 | function 1 | direction + length 2
    | STX 02, or SYN 16 + total and number 3 | body | end 1 | CRC 2

The ASCII form starts with 01 and writes every field but the control characters as upper-case hex digits.
"""

from mudan.platforms.water.codec.body import message_of
from mudan.platforms.water.codec.describe import described
from mudan.platforms.water.codec.frames import packed, unpacked

__all__ = ["described", "message_of", "packed", "unpacked"]
