"""What can go wrong, in words that know nothing of HTTP?

MudanError
├── DecodeError     a frame or message that breaks its standard
├── Invalid         an argument that cannot be accepted
├── NotFound        no such thing, or not for this person
├── NotAllowed      the person may not do this
├── NotSignedIn     nobody is signed in, or the session has ended
├── Conflict        the thing has moved on, or its state forbids this
├── TooMany         a bound was reached; try later
└── Unavailable     something needed is not there; try later
"""


class MudanError(Exception):
    """Root of every error Mudan raises on purpose."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DecodeError(MudanError):
    """A frame that breaks its standard: why, at which byte or in which field, against which clause."""

    def __init__(self, reason: str, *, offset: int = 0, clause: str = "", field: str = "") -> None:
        super().__init__(reason)
        self.offset = offset
        self.clause = clause
        self.field = field


class Invalid(MudanError):
    """An argument that cannot be accepted; `field` names it where one is to blame."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class NotFound(MudanError):
    """No such thing, or not within this person's scope: the two look alike on purpose."""


class NotAllowed(MudanError):
    """The person is known but may not do this."""


class NotSignedIn(MudanError):
    """Nobody is signed in, or the session has ended."""


class Conflict(MudanError):
    """The thing has moved on since it was read, or its state forbids the change."""


class TooMany(MudanError):
    """A bound was reached; `retry_after_s` says when to try again."""

    def __init__(self, reason: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Unavailable(MudanError):
    """Something needed is not there now; trying later may help."""
