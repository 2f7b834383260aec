"""Who is signed in? Sign in and out, the own language, the own password."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from mudan.api.deps import Deps, deps_of
from mudan.api.security import COOKIE, client_address, signed_in
from mudan.api.wire import Body, Instant
from mudan.core.people import queries
from mudan.core.people.actions import set_locale
from mudan.core.people.actions import sign_out as end_session
from mudan.core.people.model import Actor, Locale, Role, csrf_of
from mudan.core.units import queries as unit_queries
from mudan.primitives.text import Text

router = APIRouter(tags=["session"])
SignedIn = Annotated[Actor, Depends(signed_in())]


class UnitOut(BaseModel):
    """A unit the user belongs to."""

    id: UUID
    code: str
    name: Text


class UserOut(BaseModel):
    """Who the user is and what they may do."""

    id: UUID
    login: str
    name: str
    role: Role
    department: str | None
    area_code: str
    area_name: Text | None
    locale: Locale
    permissions: list[str]
    units: list[UnitOut]


class SpaceOut(BaseModel):
    """The data space the user looks at: reality or an exercise."""

    id: int
    name: str


class SessionOut(BaseModel):
    """All that a page needs to begin. `csrf_token` goes back as X-CSRF-Token with every change."""

    user: UserOut
    csrf_token: str
    expires_at: Instant
    demo: bool
    server_time: Instant
    space: SpaceOut


class SignIn(Body):
    """Login and password."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class LocaleChange(Body):
    """The language to show."""

    locale: Locale


class PasswordChange(Body):
    """The old and the new password."""

    old: str = Field(min_length=1, max_length=256)
    new: str = Field(min_length=1, max_length=256)


@router.post("/api/session")
async def sign_in(body: SignIn, request: Request, response: Response) -> SessionOut:
    """Sign in. Any session of this browser ends and a new token is given."""
    deps = deps_of(request)
    replaces = request.cookies.get(COOKIE, "")
    token = await deps.door.sign_in(
        body.login,
        body.password,
        address=client_address(request, deps.settings),
        agent=request.headers.get("user-agent", ""),
        replaces=replaces,
    )
    deps.sessions.drop(replaces)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(deps.settings.limits.absolute.total_seconds()),
        httponly=True,
        secure=deps.settings.secure_cookies,
        samesite="strict",
    )
    return await _shown(deps, token)


@router.get("/api/session", dependencies=[Depends(signed_in())])
async def read(request: Request) -> SessionOut:
    """Who is signed in."""
    return await _shown(deps_of(request), request.cookies[COOKIE])


@router.delete("/api/session", status_code=204)
async def sign_out(actor: SignedIn, request: Request, response: Response) -> None:
    """Sign out."""
    deps = deps_of(request)
    async with deps.db.work(actor.scope.settings()) as connection:
        await end_session(connection, actor)
    deps.sessions.forget(actor.person)
    response.delete_cookie(COOKIE, httponly=True, secure=deps.settings.secure_cookies, samesite="strict")


@router.patch("/api/session")
async def choose_locale(actor: SignedIn, body: LocaleChange, request: Request) -> SessionOut:
    """Choose the language."""
    deps = deps_of(request)
    async with deps.db.work(actor.scope.settings()) as connection:
        await set_locale(connection, actor, body.locale)
    deps.sessions.forget(actor.person)
    return await _shown(deps, request.cookies[COOKIE])


@router.post("/api/session/password", status_code=204)
async def change_password(actor: SignedIn, body: PasswordChange, request: Request) -> None:
    """Change the own password; other sessions of the person end."""
    deps = deps_of(request)
    address = client_address(request, deps.settings)
    await deps.door.change_password(actor, body.old, body.new, address=address)
    deps.sessions.forget(actor.person)


async def _shown(deps: Deps, token: str) -> SessionOut:
    session = await deps.sessions.resume(token)
    user, actor = session.user, session.actor
    async with deps.db.work(actor.scope.settings()) as connection:
        units = await unit_queries.of_person(connection, user.id)
        area = await queries.area_name(connection, user.area_code)
        space = await queries.space_name(connection, actor.scope.space)
    return SessionOut(
        user=UserOut(
            id=user.id,
            login=user.login,
            name=user.name,
            role=user.role,
            department=user.department,
            area_code=user.area_code,
            area_name=area,
            locale=user.locale,
            permissions=sorted(actor.permissions),
            units=[
                UnitOut(id=unit["id"], code=unit["code"], name=Text(unit["name_zh"], unit["name_en"]))
                for unit in units
            ],
        ),
        csrf_token=csrf_of(token),
        expires_at=session.expires_at,
        demo=deps.settings.demo,
        server_time=deps.clock.now(),
        space=SpaceOut(id=actor.scope.space, name=space),
    )
