"""Run detectors: what is due, one at a time, each inside its limit; one that fails is switched off, never the list."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.audit import operations as audit
from zhanggui.foundation.loop import reading
from zhanggui.foundation.loop.contracts import Actor, Detector, Scan, change_sources, detectors, find_detector
from zhanggui.foundation.loop.models import DetectorState
from zhanggui.foundation.loop.operations.errors import MayNot, NotThere, WhyMissing
from zhanggui.foundation.loop.operations.limits import TooLong, time_limit
from zhanggui.foundation.loop.operations.recording import Recorded, record

log = logging.getLogger(__name__)

#: How much of an error is kept.
_ERROR = 6_000
#: After its limit a run still has to be written; after that its claim is void.
_MARGIN = timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run: ``outcome`` ok, off (switched off before), failed, too_long, busy (the database was: it runs again)."""

    code: str
    outcome: str
    full: bool = True
    milliseconds: int = 0
    found: int = 0
    recorded: Recorded = field(default_factory=Recorded)
    error: str = ""


def due(*, now: datetime | None = None) -> list[str]:
    """Codes of the detectors that should run: never ran, their time has come, or something they need has changed."""
    reading.load()
    moment = now or timezone.now()
    states = {s.code: s for s in DetectorState.objects.all()}
    sources = _sources({name for d in detectors().values() for name in d.needs})
    found = []
    for code, one in detectors().items():
        state = states.get(code)
        if state is None or (state.off_at is None and state.last_run_at is None):
            found.append(code)
        elif state.off_at is None and state.last_run_at is not None:
            moved = any(sources.get(name) != state.sources.get(name) for name in one.needs)
            if moved or moment - state.last_run_at >= one.every:
                found.append(code)
    return found


def run(
    *,
    code: str,
    now: datetime | None = None,
    full: bool | None = None,
    on_found: Callable[[], object] = lambda: None,
) -> RunReport:
    """Run one detector here and now, inside its limit, and take in what it found.

    ``full`` None: incremental where the detector can and a full run is not due. A detector that raises, reports
    nonsense or runs too long is switched off with its error; a busy database is no fault of its own.
    """
    reading.load()
    one = find_detector(code)
    if one is None:
        raise NotThere
    moment = now or timezone.now()
    state, _made = DetectorState.objects.get_or_create(code=code)
    if state.off_at is not None:
        return RunReport(code, "off", error=state.off_because)
    if not _claim(code, one):
        return RunReport(code, "busy", error="another process runs it")
    try:
        return _run(one, state, moment, full, on_found)
    finally:
        DetectorState.objects.filter(code=code).update(running_until=None)


def _run(
    one: Detector, state: DetectorState, moment: datetime, full: bool | None, on_found: Callable[[], object]
) -> RunReport:
    code = one.code
    scan = Scan(moment, tuple(accounts.shops()), since=_since(one, state, moment, full))
    sources = _sources(one.needs)
    began = time.monotonic()
    try:
        with time_limit(one.limit.total_seconds()):
            found = list(one.detect(scan))
        on_found()
        recorded = record(detector=one, scan=scan, found=found)
    except TooLong as error:
        _reset_connection()
        return _fail(code, moment, "too_long", f"ran longer than {error.seconds:g} s", _text(error))
    except OperationalError as error:
        if _is_busy(error):
            return RunReport(code, "busy", scan.is_full, _since_ms(began), error=str(error))
        return _fail(code, moment, "failed", f"{type(error).__name__}: {error}", _text(error))
    except Exception as error:
        log.exception("detector %s failed and is switched off", code)
        return _fail(code, moment, "failed", f"{type(error).__name__}: {error}", _text(error))
    took = _since_ms(began)
    state.mark = scan.mark if scan.mark is not None else state.mark
    state.sources, state.last_run_at, state.last_ms = sources, moment, took
    state.last_found = len(found) if scan.is_full else state.last_found
    state.last_full_at = moment if scan.is_full else state.last_full_at
    state.checked = scan.checked if scan.is_full else state.checked
    state.runs += 1
    state.save(
        update_fields=["mark", "sources", "last_run_at", "last_ms", "last_found", "last_full_at", "checked", "runs"]
    )
    return RunReport(code, "ok", scan.is_full, took, len(found), recorded)


def run_all(
    *, codes: Iterable[str] | None = None, now: datetime | None = None, full: bool | None = True
) -> list[RunReport]:
    """Run detectors one after another in this process (the worker runs them in one of their own, see ``worker``)."""
    reading.load()
    return [run(code=code, now=now, full=full) for code in (list(detectors()) if codes is None else codes)]


def give_up(*, code: str, because: str, error: str = "", now: datetime | None = None) -> RunReport:
    """Switch a detector off whose process had to be killed or died."""
    return _fail(code, now or timezone.now(), "too_long" if "longer" in because else "failed", because, error)


def switch_on(*, code: str, actor: Actor) -> None:
    """Let a detector run again; the next run is a full one. Raises :class:`MayNot`, :class:`NotThere`."""
    _manage(actor)
    with transaction.atomic():
        changed = DetectorState.objects.filter(code=code).update(
            off_at=None, off_because="", error="", last_run_at=None, last_full_at=None, mark=None
        )
        if not changed:
            raise NotThere
        audit.record(actor_id=actor.id, action="loop.detector_on", subject=f"detector:{code}", detail={})


def switch_off(*, code: str, actor: Actor, reason: str, now: datetime | None = None) -> None:
    """A person switches a detector off. Raises :class:`MayNot`, :class:`WhyMissing`."""
    _manage(actor)
    if not reason.strip():
        raise WhyMissing
    with transaction.atomic():
        DetectorState.objects.get_or_create(code=code)
        DetectorState.objects.filter(code=code).update(off_at=now or timezone.now(), off_because=reason.strip()[:300])
        audit.record(actor_id=actor.id, action="loop.detector_off", subject=f"detector:{code}", detail={"why": reason})


def mute(*, code: str, actor: Actor, reason: str, now: datetime | None = None) -> None:
    """Retire noise: the detector goes on looking, its findings are not shown in the lists. A person's decision."""
    _manage(actor)
    if not reason.strip():
        raise WhyMissing
    with transaction.atomic():
        DetectorState.objects.get_or_create(code=code)
        DetectorState.objects.filter(code=code).update(
            muted_at=now or timezone.now(), muted_by_id=actor.id, muted_because=reason.strip()[:300]
        )
        audit.record(
            actor_id=actor.id, action="loop.detector_muted", subject=f"detector:{code}", detail={"why": reason}
        )


def unmute(*, code: str, actor: Actor) -> None:
    _manage(actor)
    with transaction.atomic():
        DetectorState.objects.filter(code=code).update(muted_at=None, muted_by_id=None, muted_because="")
        audit.record(actor_id=actor.id, action="loop.detector_heard", subject=f"detector:{code}", detail={})


def _claim(code: str, one: Detector) -> bool:
    """Whether this process may run it now. By the machine's clock: the moment of a look may be any."""
    now = timezone.now()
    free = Q(running_until__isnull=True) | Q(running_until__lt=now)
    until = now + one.limit + _MARGIN
    return bool(DetectorState.objects.filter(free, code=code).update(running_until=until))


def _manage(actor: Actor) -> None:
    if not actor.roles_at(None) & {"OWN", "ADM"}:
        raise MayNot("permission")


def _since(one: Detector, state: DetectorState, now: datetime, full: bool | None) -> str | None:
    if full or not one.incremental or state.mark is None or state.last_full_at is None:
        return None
    if full is None and now - state.last_full_at >= one.full_every:
        return None
    return state.mark


def _sources(names: Iterable[str]) -> dict[str, str]:
    """What the change sources say; one that fails says nothing, and the detectors run by the clock."""
    known, found = change_sources(), {}
    for name in sorted(set(names)):
        if name in known:
            try:
                found[name] = str(known[name]())
            except DatabaseError:
                raise
            except Exception:
                log.exception("change source %s failed", name)
                found[name] = "?"
    return found


def _fail(code: str, now: datetime, outcome: str, because: str, error: str) -> RunReport:
    DetectorState.objects.get_or_create(code=code)
    DetectorState.objects.filter(code=code).update(
        off_at=now, off_because=because[:300], error=error[-_ERROR:], last_run_at=now, running_until=None
    )
    return RunReport(code, outcome, error=because)


def _text(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def _is_busy(error: OperationalError) -> bool:
    text = str(error).lower()
    return any(word in text for word in ("locked", "deadlock", "timeout", "connection"))


def _reset_connection() -> None:
    """After an interrupted query the connection is closed, unless a transaction around us is still needed."""
    if not connection.in_atomic_block:
        connection.close()


def _since_ms(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
