"""How do people come, sign in, change and leave, and how is what they do kept? The only writers."""

from mudan.core.people.actions.accounts import (
    NewPerson,
    PersonChange,
    change_person,
    create_person,
    put_department,
    reset_password,
    set_locale,
)
from mudan.core.people.actions.door import Door
from mudan.core.people.actions.hashing import generated_password, hash_password, verify_password
from mudan.core.people.actions.sessions import Sessions, look_at, sign_out
from mudan.core.people.actions.trail import Verification, audit, verify_chain

__all__ = [
    "Door",
    "NewPerson",
    "PersonChange",
    "Sessions",
    "Verification",
    "audit",
    "change_person",
    "create_person",
    "generated_password",
    "hash_password",
    "look_at",
    "put_department",
    "reset_password",
    "set_locale",
    "sign_out",
    "verify_chain",
    "verify_password",
]
