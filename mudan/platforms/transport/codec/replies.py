"""How are thousands of general answers (8001) written at once?"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mudan.platforms.transport.codec.columnar import Bytes
from mudan.platforms.transport.codec.frame import FLAG, escaped

_BODY: Final = 5


def answers(frames: Bytes, serials: Sequence[int], result: int, *, new: bool) -> list[bytes]:
    """The 8001 to each row of whole frames of one layout, with our serials; flags and escapes included.

    The phone bytes, and for 2019 the version, are copied from the frame that is answered.
    """
    head = 17 if new else 12
    serial_at = head - 2
    reply = np.empty((len(frames), 1 + head + _BODY + 2), np.uint8)
    reply[:, 0] = reply[:, -1] = FLAG[0]
    reply[:, 1:5] = 0x80, 0x01, 0x40 if new else 0x00, _BODY
    reply[:, 5 : 1 + serial_at] = frames[:, 4:serial_at]
    reply[:, 1 + serial_at : 1 + head] = np.asarray(serials, ">u2").view(np.uint8).reshape(-1, 2)
    reply[:, 1 + head : 3 + head] = frames[:, serial_at:head]
    reply[:, 3 + head : 5 + head] = frames[:, :2]
    reply[:, 5 + head] = result
    reply[:, -2] = np.bitwise_xor.reduce(reply[:, 1:-2], axis=1)
    inner = reply[:, 1:-1]
    special = ((inner == 0x7D) | (inner == 0x7E)).any(axis=1)
    size = reply.shape[1]
    blob = reply.tobytes()
    written = [blob[at : at + size] for at in range(0, len(blob), size)]
    for row in np.flatnonzero(special).tolist():
        written[row] = escaped(written[row][1:-1])
    return written
