"""Signing in and hanging up through a proxy and a private authority, over real sockets: one behaviour for both."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from contextlib import closing
from pathlib import Path

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from callmon.core.answers import Answer
from callmon.graph.auth import SignInProblem, StaticToken, Token
from callmon.graph.certificate import Certificate, CertificateFacts
from callmon.graph.clouds import CLOUDS
from callmon.graph.control import GraphControl
from callmon.graph.credentials import Assertion, Credential, Secret, SecretFile
from callmon.graph.entra import EntraTokens
from callmon.graph.http_client import _trusted
from callmon.graph.retry import RetryPolicy
from callmon.graph.tenants import TenantTokens
from callmon.ports import Target
from tests.microsoft import CLIENT, GRAPH, LOGIN, TENANT, Microsoft

SECRET = "canary~Client.Secret_value"
CALL = "57dab8b1-894c-409a-b240-bd8beae78896"
OTHER_TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"


def entra(credential: Credential, tenant: str = TENANT) -> EntraTokens:
    return EntraTokens(tenant, CLIENT, credential, CLOUDS["global"])


def control(tokens: EntraTokens | TenantTokens | StaticToken) -> GraphControl:
    return GraphControl(f"https://{GRAPH}", tokens, policy=RetryPolicy(attempts=1))


def test_a_hang_up_signs_in_and_leaves_through_the_same_proxy_with_the_same_trust(there: Microsoft) -> None:
    with closing(control(entra(Secret(SECRET)))) as graph:
        assert graph.hang_up(Target(CALL)).answer is Answer.ACCEPTED
    (posted,) = there.of(LOGIN, "POST")
    assert (posted.form["client_secret"], posted.form["grant_type"]) == (SECRET, "client_credentials")
    (deleted,) = there.of(GRAPH)
    assert deleted.path == f"/v1.0/communications/calls/{CALL}"
    assert deleted.headers["authorization"].startswith("Bearer ey")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
def test_each_variable_that_names_authorities_holds_for_both(
    there: Microsoft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    bundle = Path(there.environment["SSL_CERT_FILE"])
    monkeypatch.delenv("SSL_CERT_FILE")
    if variable == "SSL_CERT_DIR":
        directory = tmp_path / "authorities"
        directory.mkdir()
        # OpenSSL finds an authority in a directory by the hash of its name.
        (directory / f"{_subject_hash(bundle)}.0").write_bytes(bundle.read_bytes())
        monkeypatch.setenv(variable, str(directory))
    else:
        monkeypatch.setenv(variable, str(bundle))
    with closing(control(entra(Secret(SECRET)))) as graph:
        assert graph.hang_up(Target(CALL)).answer is Answer.ACCEPTED
    assert there.of(LOGIN, "POST")


def _subject_hash(bundle: Path) -> str:
    done = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", bundle], capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_without_that_trust_neither_sends_anything(there: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    problem = entra(Secret(SECRET)).token()
    assert isinstance(problem, SignInProblem)
    assert f"The certificate of {LOGIN} is not trusted" in problem.sentence
    assert "SSL_CERT_FILE" in problem.sentence
    with closing(control(StaticToken("a-token-of-the-test"))) as graph:
        outcome = graph.hang_up(Target(CALL))
    assert outcome.answer is Answer.UNREACHABLE
    assert "No trusted TLS connection" in outcome.sentence
    assert there.requests == []


def test_authorities_that_are_not_there_are_told_by_both(there: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/authority.pem")
    problem = entra(Secret(SECRET)).token()
    assert isinstance(problem, SignInProblem)
    assert "SSL_CERT_FILE" in problem.sentence
    with closing(control(StaticToken("a-token-of-the-test"))) as graph:
        assert "SSL_CERT_FILE" in graph.hang_up(Target(CALL)).sentence
    assert there.requests == []


def test_what_needs_no_proxy_is_the_same_for_both(there: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "microsoft.com, .microsoftonline.com")
    monkeypatch.setattr("socket.getaddrinfo", _no_names)
    problem = entra(Secret(SECRET)).token()
    assert isinstance(problem, SignInProblem)
    assert "cannot be reached" in problem.sentence
    with closing(control(StaticToken("a-token-of-the-test"))) as graph:
        assert "cannot be resolved" in graph.hang_up(Target(CALL)).sentence
    assert there.requests == []


def test_a_proxy_that_is_no_address_is_told_by_both(there: Microsoft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:x")
    problem = entra(Secret(SECRET)).token()
    assert isinstance(problem, SignInProblem)
    with closing(control(StaticToken("a-token-of-the-test"))) as graph:
        for sentence in (problem.sentence, graph.hang_up(Target(CALL)).sentence):
            assert "(InvalidURL), so nothing was sent. Check HTTPS_PROXY" in sentence
    assert there.requests == []


def _no_names(*_: object, **__: object) -> None:
    raise socket.gaierror("no names in this test")


@pytest.fixture(scope="module")
def leaf() -> trustme.LeafCert:
    return trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("bot.example", key_type=trustme.KeyType.RSA)


def pem(leaf: trustme.LeafCert, path: Path) -> Path:
    path.write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
    path.chmod(0o600)
    return path


def pfx(leaf: trustme.LeafCert, path: Path, password: str) -> Path:
    key = load_pem_private_key(leaf.private_key_pem.bytes(), None)
    certificate = load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
    locked = BestAvailableEncryption(password.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"bot", key, certificate, None, locked))  # type: ignore[arg-type]
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("form", ["pem", "pfx"])
def test_a_certificate_signs_in_with_its_sha_256_thumbprint(
    there: Microsoft, tmp_path: Path, leaf: trustme.LeafCert, form: str
) -> None:
    if form == "pem":
        certificate = Certificate(pem(leaf, tmp_path / "bot.pem"))
    else:
        certificate = Certificate(pfx(leaf, tmp_path / "bot.pfx", SECRET), SECRET)
    facts = certificate.facts()
    assert isinstance(facts, CertificateFacts)
    assert isinstance(entra(certificate).token(), Token)
    (posted,) = there.of(LOGIN, "POST")
    assertion = posted.form["client_assertion"]
    header = jwt.get_unverified_header(assertion)
    assert header["alg"] == "PS256"
    assert jwt.utils.base64url_decode(header["x5t#S256"]).hex().upper() == facts.thumbprint
    public = load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes()).public_key()
    claims = jwt.decode(assertion, public, ["PS256"], audience=f"https://{LOGIN}/{TENANT}/oauth2/v2.0/token")  # type: ignore[arg-type]
    assert (claims["iss"], claims["sub"]) == (CLIENT, CLIENT)
    assert "client_secret" not in posted.form


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("wrong password", "CALLMON_CLIENT_CERTIFICATE_PASSWORD"),
        ("no password", "CALLMON_CLIENT_CERTIFICATE_PASSWORD"),
        ("no key", "must hold both the certificate and its private key"),
        ("not there", "No such file or directory"),
        ("nonsense", "cannot be opened"),
        ("no RSA key", "is no RSA key"),
        ("another key", "does not belong to the first certificate"),
        ("open to others", "so it is not used. Let it be yours alone: chmod 600 "),
    ],
)
def test_a_certificate_that_cannot_be_used(
    there: Microsoft, tmp_path: Path, leaf: trustme.LeafCert, case: str, says: str
) -> None:
    path = pfx(leaf, tmp_path / "bot.pfx", SECRET)
    if case == "no key":
        path.write_bytes(leaf.cert_chain_pems[0].bytes())
    elif case == "no RSA key":
        pem(trustme.CA().issue_cert("bot.example"), path)
    elif case == "another key":
        other = trustme.CA().issue_cert("bot.example", key_type=trustme.KeyType.RSA)
        path.write_bytes(other.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
    elif case == "not there":
        path.unlink()
    elif case == "nonsense":
        path.write_bytes(b"nonsense")
    elif case == "open to others":
        path.chmod(0o640)
    password = {"wrong password": "wrong", "open to others": SECRET}.get(case)
    problem = entra(Certificate(path, password)).token()
    assert isinstance(problem, SignInProblem)
    assert says in problem.sentence
    assert SECRET not in problem.sentence
    assert there.requests == []


def test_an_assertion_is_read_anew_for_each_sign_in(there: Microsoft, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("first\n")
    tokens = entra(Assertion(path))
    assert isinstance(tokens.token(), Token)
    path.write_text("second\n")
    assert isinstance(tokens.token(fresh=True), Token)
    assert [posted.form["client_assertion"] for posted in there.of(LOGIN, "POST")] == ["first", "second"]
    path.unlink()
    problem = tokens.token(fresh=True)
    assert isinstance(problem, SignInProblem)
    assert "CALLMON_FEDERATED_TOKEN_FILE" in problem.sentence


def test_a_secret_that_is_renewed_on_disk_is_found_after_the_old_one_is_refused(
    there: Microsoft, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    path.write_text("old\n")
    path.chmod(0o600)
    good = there.token
    there.token = lambda request: (
        good(request)
        if request.form["client_secret"] == "new"
        else (401, {"error": "invalid_client", "error_description": "AADSTS7000222: expired"})
    )
    tokens = entra(SecretFile(path))
    assert isinstance(tokens.token(), SignInProblem)
    path.write_text("new\n")
    assert isinstance(tokens.token(), Token)


def test_each_tenant_of_a_bot_has_a_token_of_its_own(there: Microsoft) -> None:
    tokens = TenantTokens(entra(Secret(SECRET)), lambda tenant: entra(Secret(SECRET), tenant))
    with closing(control(tokens)) as graph:
        for tenant in (None, OTHER_TENANT, OTHER_TENANT.upper(), "contoso.example"):
            assert graph.hang_up(Target(CALL, tenant_id=tenant)).answer is Answer.ACCEPTED
    used = [
        jwt.decode(request.headers["authorization"].split()[1], options={"verify_signature": False})["tid"]
        for request in there.of(GRAPH)
    ]
    assert used == [TENANT, OTHER_TENANT, OTHER_TENANT, "contoso.example"]
    assert len(there.of(LOGIN, "POST")) == 3


@pytest.mark.parametrize(
    "tenant", ["", "common", "../x", "a/b", "contoso", "a b.com", "x.com/../y", "ü.com", "a..com", "-a.com", "a.c" * 99]
)
def test_a_tenant_of_another_form_goes_nowhere(there: Microsoft, tenant: str) -> None:
    tokens = TenantTokens(entra(Secret(SECRET)), lambda tenant: entra(Secret(SECRET), tenant))
    target = Target(CALL, tenant_id=tenant)
    with closing(control(tokens)) as graph:
        outcome = graph.hang_up(target)
        assert outcome.answer is Answer.REFUSED_HERE
        assert graph.check(target).answer is Answer.REFUSED_HERE
        assert graph.why_not(target) == outcome.sentence != ""
    assert there.requests == []


def test_nothing_that_is_made_shows_a_secret(tmp_path: Path) -> None:
    shown = [Secret(SECRET), Certificate(tmp_path, SECRET), entra(Secret(SECRET)), StaticToken(SECRET)]
    assert SECRET not in f"{shown!r} {shown} {json.dumps([str(each) for each in shown])}"


def test_the_context_is_one_that_checks(there: Microsoft) -> None:
    context = _trusted()
    assert isinstance(context, ssl.SSLContext)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
