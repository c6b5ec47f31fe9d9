"""How a view says what it needs: ``@requires("orders.view")`` or ``@public``.

Both only mark the function; ``middleware.PermissionMiddleware`` reads the mark and refuses a view without one.
On a ninja operation the mark goes below the route decorator::

    @router.get("/orders", response=...)
    @requires("orders.view")
    def orders(request): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from ninja.operation import PathView

from zhanggui.foundation.accounts.domain.permissions import PERMISSIONS, UnknownPermission

Function = TypeVar("Function", bound=Callable[..., Any])

_MARK = "zhanggui_access"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view needs: a permission, or nothing when it is ``public``."""

    permission: str | None

    @property
    def is_public(self) -> bool:
        return self.permission is None


PUBLIC = Access(None)


def requires(permission: str) -> Callable[[Function], Function]:
    """Mark a view or ninja operation as needing ``permission``; an unknown code fails at import."""
    if permission not in PERMISSIONS:
        raise UnknownPermission(permission)

    def mark(function: Function) -> Function:
        setattr(function, _MARK, Access(permission))
        return function

    return mark


def public(function: Function) -> Function:
    """Mark a view that people who are not signed in may open: the sign-in pages and nothing else."""
    setattr(function, _MARK, PUBLIC)
    return function


def declared(view: Any, method: str = "GET") -> Access | None:
    """What ``view`` declares for ``method``; None when it says nothing.

    Understands functions, decorated functions, partials, class-based views, and the one view ninja makes of the
    operations of a path (HEAD and OPTIONS are not borrowed from GET: ninja answers them 405).
    """
    if _path_view(view) is not None:
        operation = dict(ninja_operations(view)).get(method)
        return _mark_of(operation) if operation is not None else None
    return _mark_of(view) or _mark_of(getattr(view, "view_class", None))


def is_api(view: Any) -> bool:
    """Whether ``view`` belongs to the NinjaAPI, whose callers are told in JSON."""
    return _path_view(view) is not None


def lacks_method(view: Any, method: str) -> bool:
    """Whether a ninja path has no operation for ``method``, so that nothing can run."""
    return method not in dict(ninja_operations(view))


def ninja_operations(view: Any) -> Iterator[tuple[str, Any]]:
    """``(method, function)`` of every operation behind a ninja path; empty for other views."""
    path_view = _path_view(view)
    if path_view is not None:
        for operation in path_view.operations:
            for method in operation.methods:
                yield method, operation.view_func


def _mark_of(function: Any) -> Access | None:
    """The mark on ``function`` or on what it wraps."""
    while function is not None:
        found = getattr(function, _MARK, None)
        if isinstance(found, Access):
            return found
        function = getattr(function, "__wrapped__", None) or getattr(function, "func", None)
    return None


def _path_view(view: Any) -> PathView | None:
    """The ninja ``PathView`` behind a url callback, which is a closure over it."""
    for cell in getattr(view, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            return cell.cell_contents
    return None
