"""What is a person here, and what may they see and do? Roles, scopes, passwords, lock-out, sessions."""

from mudan.core.people.model.chain import GENESIS, AuditRecord, chain_fault, chained
from mudan.core.people.model.lockout import (
    FREE,
    FREE_FAILURES,
    STEPS,
    WINDOW,
    Attempts,
    after_failure,
    locked_for_s,
)
from mudan.core.people.model.passwords import (
    ASVS,
    DJBH3,
    POLICIES,
    POLICY_SETTING,
    PasswordPolicy,
    check_password,
    password_from,
    policy_named,
)
from mudan.core.people.model.roles import DEPARTMENT_BOUND, PERMISSIONS, ROLE_PERMISSIONS, Role, may
from mudan.core.people.model.scope import EVERY_SPACE, Actor, Scope, scope_of
from mudan.core.people.model.sessions import Limits, Session, csrf_of, ended, ends_at, hashed
from mudan.core.people.model.words import Locale, Person, checked_login, checked_name

__all__ = [
    "ASVS",
    "DEPARTMENT_BOUND",
    "DJBH3",
    "EVERY_SPACE",
    "FREE",
    "FREE_FAILURES",
    "GENESIS",
    "PERMISSIONS",
    "POLICIES",
    "POLICY_SETTING",
    "ROLE_PERMISSIONS",
    "STEPS",
    "WINDOW",
    "Actor",
    "Attempts",
    "AuditRecord",
    "Limits",
    "Locale",
    "PasswordPolicy",
    "Person",
    "Role",
    "Scope",
    "Session",
    "after_failure",
    "chain_fault",
    "chained",
    "check_password",
    "checked_login",
    "checked_name",
    "csrf_of",
    "ended",
    "ends_at",
    "hashed",
    "locked_for_s",
    "may",
    "password_from",
    "policy_named",
    "scope_of",
]
