"""Every view and API operation of the product, found through the url resolver, with the access it declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from zhanggui.foundation.accounts import access

_CONVERTER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_API_PARAMETER = re.compile(r"\{(?:(?P<kind>\w+):)?(?P<name>\w+)\}")
#: Values no object will ever have; a look-up answers 404 after the permission was checked.
_DUMMY = {"int": "987654321", "str": "nothing", "slug": "nothing", "uuid": "00000000-0000-0000-0000-000000000000"}


@dataclass(frozen=True)
class Target:
    """One view and method: where it answers and what it declares (None: nothing, which is a fault)."""

    path: str
    method: str
    name: str
    access: access.Access | None
    is_api: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.name})"


def targets(resolver: Any = None) -> list[Target]:
    """Every target below ``resolver`` (the whole product by default)."""
    root = resolver or get_resolver()
    return [t for path, pattern in _patterns(root, "/") for t in _of(path, pattern)]


def _patterns(resolver: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        if isinstance(item, URLResolver):
            yield from _patterns(item, prefix + _filled(item))
        else:
            yield prefix + _filled(item), item


def _filled(item: Any) -> str:
    pattern = item.pattern
    if not isinstance(pattern, RoutePattern):
        raise AssertionError(f"{pattern} is a regular expression; the walk understands path() only")
    text = _CONVERTER.sub(lambda m: _DUMMY.get(m["kind"] or "str", "nothing"), str(pattern))
    return _API_PARAMETER.sub(lambda m: _DUMMY.get(m["kind"] or "str", "nothing"), text)


def _of(path: str, pattern: URLPattern) -> Iterator[Target]:
    view = pattern.callback
    name = pattern.name or getattr(view, "__name__", str(view))
    operations = list(access.ninja_operations(view))
    if operations:
        for method, function in operations:
            yield Target(path, method, function.__name__, access.declared(view, method), True)
    else:
        yield Target(path, "GET", name, access.declared(view), False)
