"""Are passwords judged, failures counted and sessions ended as written?"""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from mudan.core.people.model import (
    ASVS,
    DJBH3,
    FREE,
    FREE_FAILURES,
    WINDOW,
    Limits,
    PasswordPolicy,
    after_failure,
    check_password,
    checked_login,
    csrf_of,
    ended,
    ends_at,
    hashed,
    locked_for_s,
    password_from,
    policy_named,
)
from mudan.primitives.errors import Invalid

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "password", "fits"),
    [
        (DJBH3, "Peony-river7", True),
        (DJBH3, "Peony-rive7", False),
        (DJBH3, "peonybytheriver", False),
        (DJBH3, "peonyriver77777", False),
        (DJBH3, "牡丹-river-Peony7", True),
        (DJBH3, "Password1234", False),
        (ASVS, "peonybytheriver", True),
        (ASVS, "river-bank", True),
        (ASVS, "rivers7", False),
        (ASVS, "password", False),
        (ASVS, "12345678", False),
        (ASVS, "aaaaaaaaa", False),
        (ASVS, "qwerty123", False),
        (ASVS, "x" * 129, False),
    ],
)
def test_a_password_is_judged_by_the_profile(policy: PasswordPolicy, password: str, fits: bool) -> None:
    if fits:
        check_password(password, policy)
        return
    with pytest.raises(Invalid):
        check_password(password, policy)


def test_a_password_may_not_hold_the_login() -> None:
    with pytest.raises(Invalid, match="login"):
        check_password("Zhang.Wei-river-77", DJBH3, login="zhang.wei")


def test_an_unknown_profile_names_the_setting() -> None:
    with pytest.raises(Invalid, match="MUDAN_PASSWORD_POLICY"):
        policy_named("strong")


def test_generated_passwords_are_four_groups_that_keep_both_profiles() -> None:
    for _ in range(200):
        password = password_from(secrets.choice)
        assert [len(group) for group in password.split("-")] == [4, 4, 4, 4]
        assert not set(password) & set("0O1lIi")
        check_password(password, DJBH3)
        check_password(password, ASVS)


def test_four_failures_are_free_and_the_fifth_waits() -> None:
    attempts = FREE
    for _ in range(FREE_FAILURES - 1):
        attempts = after_failure(attempts, NOW)
        assert locked_for_s(attempts, NOW) == 0
    assert locked_for_s(after_failure(attempts, NOW), NOW) == 60


def test_waits_grow_and_stop_growing() -> None:
    attempts, now, waits = FREE, NOW, []
    for _ in range(10):
        attempts = after_failure(attempts, now)
        waits.append(locked_for_s(attempts, now))
        now += timedelta(seconds=waits[-1])
    assert waits == [0, 0, 0, 0, 60, 120, 300, 900, 900, 900]


def test_a_quiet_window_after_the_wait_forgives() -> None:
    attempts = FREE
    for _ in range(FREE_FAILURES):
        attempts = after_failure(attempts, NOW)
    later = NOW + timedelta(seconds=60) + WINDOW
    assert after_failure(attempts, later).failures == 1
    assert after_failure(attempts, later - timedelta(seconds=1)).failures == FREE_FAILURES + 1


def test_a_session_ends_by_idleness_or_age() -> None:
    limits = Limits()
    expires_at = NOW + limits.absolute
    assert not ended(expires_at, NOW, limits, NOW + timedelta(minutes=29, seconds=59))
    assert ended(expires_at, NOW, limits, NOW + timedelta(minutes=30))
    assert ends_at(expires_at, expires_at - timedelta(minutes=1), limits) == expires_at


def test_the_csrf_token_does_not_give_the_session_away() -> None:
    token = secrets.token_urlsafe(32)
    assert csrf_of(token) not in (token, hashed(token).hex())
    assert csrf_of(token) == csrf_of(token) != csrf_of(token + "x")


@pytest.mark.parametrize("login", ["", "a", "1abc", "张伟", "a b", "a" * 33, "a\x00b", "ab\n"])
def test_odd_logins_are_refused(login: str) -> None:
    if login == "ab\n":
        assert checked_login(login) == "ab"
        return
    with pytest.raises(Invalid):
        checked_login(login)
