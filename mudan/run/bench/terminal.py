"""What does a load process remember of one terminal?"""

import socket

from mudan.run.bench import fleet

DOWN, CONNECTING, REGISTERING, AUTHENTICATING, UP = range(5)


class Terminal:
    """One vehicle's terminal. `waiting`: serial → (moment, count of positions, sent in ns)."""

    __slots__ = (
        "code",
        "held",
        "moment",
        "out",
        "phone",
        "retry_s",
        "serial",
        "socket",
        "state",
        "vehicle",
        "waiting",
    )

    def __init__(self, vehicle: int, moment: int) -> None:
        self.vehicle, self.moment = vehicle, moment
        self.phone = bytes.fromhex(fleet.phone(vehicle))
        self.code = ""
        self.serial = 1
        self.state = DOWN
        self.retry_s = 0.0
        self.held = self.out = b""
        self.socket: socket.socket | None = None
        self.waiting: dict[int, tuple[int, int, int]] = {}
