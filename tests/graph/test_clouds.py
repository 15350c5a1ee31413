import pytest

from callmon.graph.clouds import CLOUDS, RootProblem, check_root


def test_the_clouds_are_those_that_have_the_calling_api() -> None:
    assert {(c.name, c.authority_host, c.graph_root, c.scope) for c in CLOUDS.values()} == {
        (
            "global",
            "login.microsoftonline.com",
            "https://graph.microsoft.com",
            "https://graph.microsoft.com/.default",
        ),
        ("usgov", "login.microsoftonline.us", "https://graph.microsoft.us", "https://graph.microsoft.us/.default"),
        (
            "dod",
            "login.microsoftonline.us",
            "https://dod-graph.microsoft.us",
            "https://dod-graph.microsoft.us/.default",
        ),
    }
    assert set(CLOUDS) == {"global", "usgov", "dod"}
    assert all(check_root(cloud.graph_root) == cloud.graph_root for cloud in CLOUDS.values())


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("https://graph.microsoft.com", "https://graph.microsoft.com"),
        ("https://graph.microsoft.com/", "https://graph.microsoft.com"),
        ("https://graph.microsoft.com/v1.0", "https://graph.microsoft.com"),
        ("https://graph.microsoft.com/v1.0/", "https://graph.microsoft.com"),
        (" HTTPS://Graph.Example:8443/some/path// ", "https://graph.example:8443/some/path"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.8.7", "http://127.9.8.7"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://LocalHost:1", "http://localhost:1"),
    ],
)
def test_a_safe_root_is_normalised(given: str, root: str) -> None:
    assert check_root(given) == root


@pytest.mark.parametrize(
    "given",
    [
        "http://graph.microsoft.com",
        "http://10.0.0.1:8080",
        "http://0.0.0.0:8080",
        "http://127.1",
        "http://2130706433",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://[::ffff:127.0.0.1]",
        "http://[::]",
        "http://[fe80::1]",
        "http://127.0.0.1@evil.example",
        "http://evil.example\\@127.0.0.1",
        "http://127.0.0.1\n.evil.example",
        "https://user:secret@graph.microsoft.com",
        "https://graph.microsoft.com?x=1",
        "https://graph.microsoft.com#x",
        "https://graph.microsoft.com:99999",
        "ftp://127.0.0.1",
        "graph.microsoft.com",
        "https://",
        "",
    ],
)
def test_an_unsafe_or_odd_root_is_refused_with_a_sentence_without_its_user(given: str) -> None:
    problem = check_root(given)
    assert isinstance(problem, RootProblem)
    assert problem.sentence.endswith(".")
    assert "secret" not in problem.sentence
