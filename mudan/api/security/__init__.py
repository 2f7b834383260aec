"""Who may knock, at which door, and with which words in the answer's head? What guards every route."""

from mudan.api.security.guard import CSP, Guard
from mudan.api.security.origin import client_address, from_this_machine, origin_allowed
from mudan.api.security.requirement import (
    COOKIE,
    PUBLIC,
    Requirement,
    check_declared,
    current_session,
    requires,
    signed_in,
)

__all__ = [
    "COOKIE",
    "CSP",
    "PUBLIC",
    "Guard",
    "Requirement",
    "check_declared",
    "client_address",
    "current_session",
    "from_this_machine",
    "origin_allowed",
    "requires",
    "signed_in",
]
