"""How does the centre put its seal on a message, and with which key?

The key is made once, at the first start, and never leaves the centre; its certificate is open to everybody, so that
receivers can tell our messages from others'. Enveloped XML-DSig over the whole message, ECDSA P-256 with SHA-256.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from mudan.primitives.xml_door import opened

LIFE: Final = timedelta(days=3650)


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """A private key and its certificate, both PEM."""

    private: str
    certificate: str


def made_keys(name: str, now: datetime) -> Keys:
    """A new key with a certificate that it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Keys(private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode())


def sealed_document(document: bytes, keys: Keys) -> bytes:
    """The document with its signature as the last element of the message."""
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    signer.excise_empty_xmlns_declarations = True
    root = signer.sign(opened(document), key=keys.private, cert=keys.certificate)
    sealed: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return sealed
