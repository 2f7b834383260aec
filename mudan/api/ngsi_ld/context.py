"""What do short names mean? JSON-LD contexts, bundled and expanded here; nothing is ever fetched.

stored name ──own context──▶ IRI ──the reader's context──▶ the name in the answer
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from fastapi import Request

from mudan.api.deps import deps_of
from mudan.api.ngsi_ld.errors import not_acceptable, refused

OWN_PATH: Final = "/api/context/mudan.jsonld"
CORE_URL: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
JSON: Final = "application/json"
LD_JSON: Final = "application/ld+json"
_CORE: Final = re.compile(r"https?://uri\.etsi\.org/ngsi-ld/v1/ngsi-ld-core-context(-v1\.[3-9])?\.jsonld")
_LINK: Final = re.compile(r'<([^>]*)>\s*;[^,]*rel="http://www\.w3\.org/ns/json-ld#context"')


@dataclass(frozen=True, slots=True)
class Context:
    """One reader's words: short name ↔ IRI. The core's own words come first and cannot be redefined.

    What is not mapped lies in the vocabulary `vocab`.
    """

    url: str
    vocab: str
    terms: dict[str, str]
    names: dict[str, str]

    def iri(self, term: str) -> str:
        """The IRI of a term: mapped, an IRI already, or in the vocabulary."""
        if term in self.terms:
            return self.terms[term]
        return term if ":" in term else self.vocab + term

    def term(self, iri: str) -> str:
        """The short name of an IRI, or the IRI where there is none or it means something else here."""
        if iri in self.names:
            return self.names[iri]
        short = iri.removeprefix(self.vocab)
        return iri if short in self.terms else short

    def shown(self, stored: str) -> str:
        """A stored name in the reader's words."""
        return stored if self.url == OWN_PATH else self.term(own().iri(stored))

    def stored(self, term: str) -> str:
        """The stored name that a reader's word means."""
        return term if self.url == OWN_PATH and ":" not in term else own().term(self.iri(term))


@cache
def document(name: str) -> dict[str, Any]:
    """A bundled context as JSON."""
    text = (resources.files("mudan.api") / "context" / f"{name}-context.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def published(quantities: Iterable[str]) -> dict[str, Any]:
    """The own context for others: each quantity by name, for readers whose core context has the last word."""
    words = document("mudan")["@context"]
    named = {name: f"mudan:{name}" for name in sorted(quantities)}
    return {"@context": document("core")["@context"] | named | words}


@cache
def own() -> Context:
    """The core's words and Mudan's; every name of a platform's own is a Mudan word."""
    return _context(OWN_PATH, "core", "mudan")


@cache
def core() -> Context:
    """The core's words only."""
    return _context(CORE_URL, "core")


def context_of(request: Request) -> Context:
    """The context that the request's Link header names; Mudan's own without one.

    Raises LdContextNotAvailable for a context that is not bundled.
    """
    found = _LINK.search(request.headers.get("link", ""))
    if found is None or found[1].endswith(OWN_PATH):
        return own()
    if _CORE.fullmatch(found[1]):
        return core()
    raise refused("LdContextNotAvailable", "only the core context and the centre's own one are known here")


def url_of(context: Context, request: Request) -> str:
    """The context's address as others reach it."""
    if context.url != OWN_PATH:
        return context.url
    origins = deps_of(request).settings.origins
    return (origins[0] if origins else str(request.base_url).rstrip("/")) + OWN_PATH


def accepted(request: Request) -> str:
    """JSON or LD_JSON, whichever the Accept header prefers; JSON when equal. Raises 406 for neither."""
    offers: dict[str, float] = {}
    for part in request.headers.get("accept", "*/*").split(","):
        kind, *options = (piece.strip() for piece in part.split(";"))
        weights = [option[2:] for option in options if option.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            weight = 0.0
        for offered in (JSON, LD_JSON):
            if kind in (offered, "application/*", "*/*"):
                offers[offered] = max(weight, offers.get(offered, 0.0))
    best = max((JSON, LD_JSON), key=lambda offered: offers.get(offered, 0.0))
    if offers.get(best, 0.0) <= 0:
        raise not_acceptable()
    return best


def _context(url: str, *names: str) -> Context:
    raw: dict[str, str] = {}
    for name in reversed(names):  # the first one named wins
        raw |= document(name)["@context"]
    raw["@vocab"] = document(names[-1])["@context"]["@vocab"]
    terms = {
        term: _expanded(value, raw)
        for term, value in raw.items()
        if not value.startswith("@") and not value.endswith(("/", ":")) and not term.startswith("@")
    }
    return Context(url, raw["@vocab"], terms, {iri: term for term, iri in terms.items()})


def _expanded(value: str, raw: dict[str, str]) -> str:
    prefix, _, rest = value.partition(":")
    return raw[prefix] + rest if prefix in raw and not rest.startswith("//") else value
