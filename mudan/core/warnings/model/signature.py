"""Is a message signed, by whom, and has it been touched since? Enveloped XML-DSig, over the bytes as they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature as BadSignature
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from mudan.core.warnings.model.cap_grammar import SIGNATURE_NS
from mudan.primitives.errors import DecodeError
from mudan.primitives.xml_door import children, opened

# Weak digests are only good for saying that a message was changed, never that it is genuine.
_STRONG_METHODS: Final = frozenset(method for method in SignatureMethod if "sha1" not in method.name.lower())
_STRONG_DIGESTS: Final = frozenset(digest for digest in DigestAlgorithm if "sha1" not in digest.name.lower())


class Seal(StrEnum):
    """What the signature of a message is worth."""

    ABSENT = "absent"
    VALID = "valid"  # whole, and signed by one of the trusted certificates
    INVALID = "invalid"  # changed since it was signed, or the signature covers something else
    UNVERIFIABLE = "unverifiable"  # nobody we know signed it, or by means we do not take


@dataclass(frozen=True, slots=True)
class Sealed:
    """A verdict, and why."""

    seal: Seal
    reason: str = ""


def sealed(data: bytes, at: datetime, trusted: Sequence[str] = ()) -> Sealed:
    """Judge the signature of a document at a time; `trusted` are PEM certificates of known signers. Never raises."""
    try:
        root = opened(data)
    except DecodeError as error:
        return Sealed(Seal.UNVERIFIABLE, error.reason)
    signatures = list(root.iter(f"{{{SIGNATURE_NS}}}Signature"))
    if not signatures:
        return Sealed(Seal.ABSENT)
    if len(signatures) != 1 or signatures[0] not in children(root):
        return Sealed(Seal.INVALID, "not one signature directly in the message")
    if _covers(signatures[0]) != [""]:
        return Sealed(Seal.INVALID, "the signature does not cover the whole message")
    for certificate in trusted:
        if _verified(data, at, certificate) == "":
            return Sealed(Seal.VALID)
    return _untrusted(data, at, signatures[0])


def _covers(signature: etree._Element) -> list[str]:
    references = signature.iterfind(f"{{{SIGNATURE_NS}}}SignedInfo/{{{SIGNATURE_NS}}}Reference")
    return [reference.get("URI", "?") for reference in references]


def _verified(data: bytes, at: datetime, certificate: str) -> str:
    """Nothing when the trusted certificate signed it; else why not."""
    expect = SignatureConfiguration(
        signature_methods=_STRONG_METHODS,
        digest_algorithms=_STRONG_DIGESTS,
        expect_references=1,
        verification_time=at,
    )
    try:
        _verifier().verify(data, x509_cert=certificate, expect_config=expect)
    except (BadSignature, SignXMLException, UnsupportedAlgorithm, ValueError, TypeError, KeyError) as error:
        return str(error) or type(error).__name__
    return ""


def _untrusted(data: bytes, at: datetime, signature: etree._Element) -> Sealed:
    """Nobody trusted signed it; the key that it brings along still tells whether it was changed."""
    expect = SignatureConfiguration(
        require_x509=False,
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
        expect_references=1,
        verification_time=at,
    )
    try:
        _verifier().verify(data, x509_cert=_brought(signature), expect_config=expect, validate_schema=False)
    except BadSignature as error:
        if _about_trust(error):
            return Sealed(Seal.UNVERIFIABLE, str(error)[:200])
        return Sealed(Seal.INVALID, str(error)[:200] or "the signature does not fit the content")
    except (SignXMLException, UnsupportedAlgorithm, ValueError, TypeError, KeyError) as error:
        return Sealed(Seal.UNVERIFIABLE, str(error)[:200] or type(error).__name__)
    return Sealed(Seal.UNVERIFIABLE, "signed, but not by anybody known here")


def _brought(signature: etree._Element) -> str | None:
    """The certificate within a signature, as PEM; without one a bare key may be there."""
    found = signature.find(f".//{{{SIGNATURE_NS}}}X509Certificate")
    if found is None or not found.text:
        return None
    return f"-----BEGIN CERTIFICATE-----\n{found.text.strip()}\n-----END CERTIFICATE-----\n"


def _about_trust(error: BadSignature) -> bool:
    """Whether the certificate is to blame and not the content."""
    return isinstance(error, InvalidCertificate) or "certificate" in str(error).lower()


def _verifier() -> XMLVerifier:
    """libxml2 writes `xmlns=""` into the canonical form of a part of a document, where the standard has none."""
    verifier = XMLVerifier()
    verifier.excise_empty_xmlns_declarations = True
    return verifier
