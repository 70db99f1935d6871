"""A server's routes, found at once: trying one after the other is most of what a small answer costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.routing import Route
    from starlette.types import ASGIApp, Receive, Scope, Send


class Straight:
    """Goes to a route by its method and path; what none has is left to the application as a whole."""

    def __init__(self, app: ASGIApp, routes: Iterable[Route]) -> None:
        self.app = app
        self._fixed: dict[tuple[str, str], Route] = {}
        self._others: dict[tuple[str, int], list[Route]] = {}
        for route in routes:
            if ":" in route.path:  # of any number of parts
                continue
            for method in route.methods or ():
                if "{" in route.path:
                    self._others.setdefault((method, route.path.count("/")), []).append(route)
                else:
                    self._fixed.setdefault((method, route.path), route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        route, parts = self._find(scope["method"], scope["path"])
        if route is None:
            await self.app(scope, receive, send)
            return
        request = Request({**scope, "path_params": parts}, receive)
        response = await route.endpoint(request)
        await response(request.scope, receive, send)

    def _find(self, method: str, path: str) -> tuple[Route | None, dict[str, str]]:
        if route := self._fixed.get((method, path)):
            return route, {}
        for other in self._others.get((method, path.count("/")), ()):
            if found := other.path_regex.match(path):
                return other, found.groupdict()
        return None, {}
