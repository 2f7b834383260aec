"""How does a household come into the register, how is it opened for a purpose, and when is it forgotten?"""

from mudan.core.households.actions.opening import explain, open_for, read_again, review
from mudan.core.households.actions.registering import (
    KEPT,
    Registered,
    begin_file,
    end_file,
    forget_lapsed,
    go_on,
    put,
    register,
)

__all__ = [
    "KEPT",
    "Registered",
    "begin_file",
    "end_file",
    "explain",
    "forget_lapsed",
    "go_on",
    "open_for",
    "put",
    "read_again",
    "register",
    "review",
]
