"""What does sending need, and where does the API find it?"""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from mudan.api.deps import deps_of
from mudan.core.warnings.actions import Publisher
from mudan.core.warnings.model.message import Issuer
from mudan.primitives.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Publishing:
    """The publisher, None until the administrator has said who sends, and the certificate of its seal (PEM).

    With `gateway_secret` gateways sign what they report; empty: no report is taken over HTTP.
    """

    publisher: Publisher | None
    certificate: str = ""
    gateway_secret: bytes = b""

    @property
    def issuer(self) -> Issuer | None:
        """Who sends."""
        return None if self.publisher is None else self.publisher.issuer


def publishing_of(connection: HTTPConnection) -> Publishing:
    """What the running centre lends; nothing can be sent without it."""
    found = deps_of(connection).nouns.get("warnings")
    return found if isinstance(found, Publishing) else Publishing(None)


def publisher_of(connection: HTTPConnection) -> Publisher:
    """The publisher. Raises Unavailable."""
    publisher = publishing_of(connection).publisher
    if publisher is None:
        raise Unavailable(
            "nobody is named who sends warnings; set MUDAN_WARNING_SENDER and MUDAN_WARNING_ISSUER"
        )
    return publisher
