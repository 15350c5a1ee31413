"""The tokens of a bot that serves several tenants: Graph wants one of the tenant of the call.

A tenant is named by notifications, so it can be anything: only what has the form of a tenant's id or of a domain name
goes into the address of the sign-in.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from callmon.graph.auth import SignInProblem, TokenSource

_KEPT = 64
"""So many tenants' tokens are kept; who calls from whichever tenant must not fill the memory."""
_GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TENANT = re.compile(rf"{_GUID}|(?=.{{1,253}}\Z)(?:{_LABEL}\.)+[a-z]{{2,63}}", re.IGNORECASE)


def is_tenant_id(text: str) -> bool:
    """Whether it has the form of a tenant's id, and not that of a domain name."""
    return re.fullmatch(_GUID, text, re.IGNORECASE) is not None


class TenantTokens:
    """A source of tokens for each tenant of a bot's calls. Safe to use from several threads."""

    def __init__(self, home: TokenSource, of_tenant: Callable[[str], TokenSource]) -> None:
        """`home` is for calls whose tenant nobody named; `of_tenant` makes the source for one, and asks nobody yet."""
        self._home = home
        self._of_tenant = of_tenant
        self._lock = Lock()
        self._sources: OrderedDict[str, TokenSource] = OrderedDict()

    def of(self, tenant_id: str | None) -> TokenSource | SignInProblem:
        """The source for a call of this tenant, as its notifications name it. Asks nobody."""
        if tenant_id is None:
            return self._home
        if not _TENANT.fullmatch(tenant_id):
            return SignInProblem(
                "The call names a tenant that has the form neither of a tenant's id nor of a domain, so no token is "
                "asked for and nothing is sent."
            )
        key = tenant_id.lower()
        with self._lock:
            if key not in self._sources:
                self._sources[key] = self._of_tenant(key)
            self._sources.move_to_end(key)
            if len(self._sources) > _KEPT:
                self._sources.popitem(last=False)
            return self._sources[key]
