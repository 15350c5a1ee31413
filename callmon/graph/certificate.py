"""A certificate with its private key, as the credential of an application."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callmon.graph.auth import SignInProblem
from callmon.graph.files import exposed, not_yours_alone, read_bytes, unreadable
from callmon.graph.naming import UNNAMED, SettingNames

if TYPE_CHECKING:
    from cryptography import x509

_KEY = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What may be told of a certificate."""

    thumbprint: str
    """SHA-256 of the certificate, hexadecimal in upper case, as Microsoft Entra lists it."""
    not_before: datetime
    """From when on it holds; aware."""
    not_after: datetime
    """When it ends; aware."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One PEM file with certificate and key, or a PFX (PKCS #12) file."""

    path: Path
    password: str | None = field(default=None, repr=False)
    names: SettingNames = UNNAMED

    def for_msal(self) -> str | Mapping[str, Any] | SignInProblem:
        """Key and certificate; msal takes the thumbprint (SHA-256) from the certificate itself.

        A file that others may read is refused.
        """
        setting = self.names["client_certificate"]
        facts = self.facts()
        if isinstance(facts, SignInProblem):
            return facts
        locked: dict[str, Any] = {"passphrase": self.password} if self.password else {}
        try:
            if exposed(self.path):
                return not_yours_alone("private key", self.path, setting)
            pem = _pem_in(read_bytes(self.path))
        except OSError as error:  # it went away between two looks
            return unreadable(error, self.path, setting)
        if pem is None:
            return {"private_key_pfx_path": str(self.path), **locked}
        key, certificate = pem
        return {"private_key": key, "public_certificate": certificate, **locked}

    def facts(self) -> CertificateFacts | SignInProblem:
        """What the file holds, once it could be opened. Asks nobody."""
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  # a twentieth of a second to import
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  # as above

        setting = self.names["client_certificate"]
        try:
            certificate, key = self._open()
            problem = self._problem(certificate, key)
        except OSError as error:
            return unreadable(error, self.path, setting)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            # So cryptography says that it is another form, or another password.
            return SignInProblem(
                f"The certificate in {self.path} ({setting}) cannot be opened. It must be a PEM file with certificate "
                "and private key, or a PFX file; if it has a password, check "
                f"{self.names['client_certificate_password']}."
            )
        if problem or certificate is None:
            return SignInProblem(problem)
        thumbprint = certificate.fingerprint(hashes.SHA256()).hex().upper()
        return CertificateFacts(thumbprint, certificate.not_valid_before_utc, certificate.not_valid_after_utc)

    def _problem(self, certificate: x509.Certificate | None, key: object) -> str:
        """Why nobody can sign in with the two; empty if that can be. Raises what `_open` does."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415  # as above

        where = f"{self.path} ({self.names['client_certificate']})"
        if certificate is None or key is None:
            return f"The file {where} must hold both the certificate and its private key. Put both into one file."
        if not isinstance(key, RSAPrivateKey):
            return (
                f"The key of the certificate in {where} is no RSA key, and Microsoft Entra takes no other. Make a "
                "certificate with an RSA key of 2048 bits or more."
            )
        if certificate.public_key() != key.public_key():
            return (
                f"The private key in {where} does not belong to the first certificate there, so Microsoft Entra takes "
                "nothing that it signs. Put the certificate and the key that it was made for into the file."
            )
        return ""

    def _open(self) -> tuple[x509.Certificate | None, object]:
        """The certificate and its private key, None for what is missing.

        Raises `OSError`, `ValueError` or `TypeError`.
        """
        from cryptography import x509  # noqa: PLC0415  # as above
        from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12  # noqa: PLC0415  # as above

        raw = read_bytes(self.path)
        password = self.password.encode() if self.password else None
        if b"-----BEGIN" not in raw:
            key, certificate, _ = pkcs12.load_key_and_certificates(raw, password)
            return certificate, key
        pem = _pem_in(raw)
        if pem is None or not all(pem):
            return None, None
        return x509.load_pem_x509_certificate(pem[1].encode()), load_pem_private_key(pem[0].encode(), password)


def _pem_in(raw: bytes) -> tuple[str, str] | None:
    """The key and the certificates in a PEM file, each empty if there is none; None if it is no PEM file."""
    if b"-----BEGIN" not in raw:
        return None
    text = raw.decode("utf-8", "replace")
    key = _KEY.search(text)
    return key[0] if key else "", "\n".join(_CERTIFICATE.findall(text))
