"""What must somebody hold to use a route? Each route says it, or is public for a written reason."""

import hmac
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.requests import HTTPConnection

from mudan.api.deps import deps_of
from mudan.api.errors import Problem, Refused
from mudan.core.people.model import PERMISSIONS, Actor, Session, hashed
from mudan.primitives.errors import NotAllowed, NotSignedIn
from mudan.primitives.text import Text

COOKIE: Final = "mudan_session"
CSRF_HEADER: Final = "x-csrf-token"
SPACE_HEADER: Final = "x-mudan-space"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# One browser has one session: a page that shows an exercise while another window has left it must change nothing.
_OTHER_SPACE: Final = Problem(
    412,
    "other_space",
    Text("页面与当前数据空间（演练或实战）不一致，请刷新", "The page shows another data space: load it anew"),
)

# Method and path → why nobody needs to be signed in. The web files, found by manifest, are public as well:
# they are the same for everybody and are needed to sign in.
PUBLIC: Final[dict[str, str]] = {
    "POST /api/session": "this is where people sign in; guarded by Origin, lock-out and a short queue",
    "GET /healthz": "says only that the process lives; asked by the process supervisor",
    "GET /readyz": "says only which parts answer; asked by the load balancer",
    "GET /api/context/mudan.jsonld": "the meaning of our short names; other systems fetch it by its address",
    "GET /feeds/cap.atom": "the feed of real warnings; whoever warns the public must be heard by everybody",
    "GET /feeds/cap/{identifier}.xml": "the real warnings as they were sent; other systems fetch them by their address",
    "GET /feeds/warnings.json": "the same as the feed, for programs that read JSON",
    "GET /feeds/certificate.pem": "the certificate of our seal; without it nobody could tell our warnings from others'",
    "POST /api/warnings/receipts": "gateways report what came of a warning; each body is signed with the gateway's key",
    "POST /api/records/{platform}/{feed}": "other systems push records; each request is signed with a key of theirs",
    "POST /api/records/{platform}/receipts": "other systems say what became of what they were told; signed likewise",
    "GET /public/warnings": "the page on which everybody reads the warnings; holds no person and nothing of exercises",
    "GET /public/style.css": "how that page looks; the same for everybody",
    "GET /public": "leads citizens to the form; the same for everybody",
    "GET /public/report": "anybody may report a matter without an account; the form itself, the same for everybody",
    "POST /public/report": "the same form, sent: bounded for each address and for all, answers number and code only",
    "GET /public/report.js": "the small script of that form; the same for everybody",
    "GET /public/map.json": "shapes and names of the county's geography to pick a place on; no thing, no person",
    "GET /public/places": "the middle of a town or village by its name; bounded for each address",
    "GET /public/cases": "asks for number and code; the same for everybody",
    "GET /public/cases/{number}": "asks for the code of a number; says of no number whether there is such a case",
    "POST /public/cases": "who holds a code that nobody guesses follows the own report; wrong ones are bounded",
    "POST /public/cases/{number}": "the same, with what its holder may do: add, rate, reopen, end messages",
    "GET /public/mail/{link}": "asks before a mail's link does anything; it cannot be guessed, wrong ones are bounded",
    "POST /public/mail/{link}": "whoever reads the mail confirms that they want news of their report, or ends it",
    "GET /public/board": "counts of cases for everybody; small numbers struck, no person and no words in it",
    "GET /api/public/classes": "what can be reported and in which towns; the same for everybody",
    "GET /api/public/alike": "class, stage, age and rough distance of what is known near by; no person, no words",
    "GET /api/public/board": "the same counts as the public board, for programs",
    "POST /api/public/pictures": "a picture that waits two hours for its report; bounded, drawn anew, shown to nobody",
    "POST /api/public/reports": "the report itself, for programs; bounded for each address and for all",
    "POST /api/public/cases/{number}": "who holds the code follows the own report; wrong ones are bounded",
    "POST /api/public/cases/{number}/{what}": "the same, with what its holder may do",
    "GET /api/public/stage": "the county's stage is told to everybody: one word, its time and reason, no names",
    "GET /open311/discovery.{ending}": "where the county's Open311 interface is; other systems begin here",
    "GET /open311/v2/discovery.{ending}": "the same beside the interface itself, where some look for it",
    "GET /open311/v2/services.{ending}": "what everybody may report to the county",
    "GET /open311/v2/services/{service_code}.{ending}": "what is asked of who reports it",
    "GET /open311/v2/requests.{ending}": "public requests, from a view that holds no person",
    "GET /open311/v2/requests/{service_request_id}.{ending}": "one of them",
    "GET /open311/v2/tokens/{token}.{ending}": "the number that a token became; the token cannot be guessed",
    "POST /open311/v2/requests.{ending}": "other systems report; each report brings a key that an administrator issued",
    "GET /metrics": "its own check: this machine itself, or a person with platforms.read",
}


class Requirement:
    """A dependency that lets in those signed in who hold one of the permissions; none: everybody signed in.

    Raises NotSignedIn and NotAllowed; NotAllowed also when a change comes without the session's CSRF token;
    Refused (412) when it was made for another data space than the session looks at.
    """

    def __init__(self, any_of: frozenset[str]) -> None:
        self.any_of = any_of

    async def __call__(self, connection: HTTPConnection) -> Actor:
        session = await current_session(connection)
        if self.any_of and not self.any_of & session.actor.permissions:
            raise NotAllowed("your role does not allow this")
        changes = connection.scope["type"] == "http" and connection.scope["method"] not in SAFE_METHODS
        if changes and not _csrf_fits(connection, session):
            raise NotAllowed("the CSRF token is missing or wrong")
        if changes and connection.headers.get(SPACE_HEADER, "") not in ("", str(session.actor.scope.space)):
            raise Refused(_OTHER_SPACE)
        return session.actor


async def current_session(connection: HTTPConnection) -> Session:
    """The session of a request or web socket; raises NotSignedIn."""
    token = connection.cookies.get(COOKIE, "")
    if not token:
        raise NotSignedIn("nobody is signed in")
    return await deps_of(connection).sessions.resume(token)


def requires(*any_of: str) -> Requirement:
    """For `Depends(requires("tasks.read", "tasks.own"))`: somebody who holds at least one of them.

    Raises ValueError for a permission that no role holds.
    """
    unknown = set(any_of) - PERMISSIONS
    if unknown or not any_of:
        raise ValueError(f"no role holds {', '.join(sorted(unknown)) or 'nothing'}")
    return Requirement(frozenset(any_of))


def signed_in() -> Requirement:
    """For `Depends(signed_in())`: anybody signed in."""
    return Requirement(frozenset())


def check_declared(app: FastAPI) -> None:
    """Refuse to start (ValueError) with a route that neither declares a requirement nor stands in PUBLIC."""
    bare = []
    for route in iter_route_contexts(app.routes):
        dependant: Dependant | None = getattr(route, "dependant", None)
        if dependant is not None and _declares(dependant):
            continue
        names = [f"{method} {route.path}" for method in sorted(route.methods or {"WEBSOCKET"})]
        bare += [name for name in names if name not in PUBLIC]
    if bare:
        raise ValueError(f"routes without a declared permission: {', '.join(bare)}")


def _declares(dependant: Dependant) -> bool:
    call: Any = dependant.call
    return isinstance(call, Requirement) or any(_declares(inner) for inner in dependant.dependencies)


def _csrf_fits(connection: HTTPConnection, session: Session) -> bool:
    given = connection.headers.get(CSRF_HEADER, "")
    return hmac.compare_digest(hashed(given), session.csrf_hash)
