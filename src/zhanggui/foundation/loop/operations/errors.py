"""Named errors of the loop; each speaks for itself in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _


class LoopError(Exception):
    """A wish the loop does not grant; ``code`` names why."""

    code = "refused"


class NotThere(LoopError):
    code = "not_found"

    def __init__(self) -> None:
        super().__init__(_("There is nothing here, or it is not yours to see."))


class NotAllowedNow(LoopError):
    """The state does not allow it: somebody was faster, or it is over."""

    code = "wrong_state"

    def __init__(self, state: str, command: str) -> None:
        super().__init__(
            _("This cannot be done any more: it is “%(state)s” by now. Look at it again.") % {"state": state}
        )
        self.state, self.command = state, command


class WhyMissing(LoopError):
    code = "reason_missing"

    def __init__(self) -> None:
        super().__init__(_("Say why in a few words."))


class BadSnooze(LoopError):
    code = "bad_snooze"

    def __init__(self, reason: str) -> None:
        texts = {
            "past": _("The moment to come back lies in the past."),
            "past_due": _("It would sleep past its own deadline: choose an earlier moment."),
        }
        super().__init__(texts[reason])
        self.reason = reason


class NobodyThere(LoopError):
    """Somebody who cannot see a finding, or is away without a deputy, cannot be given it."""

    code = "not_theirs"

    def __init__(self, name: str, away: bool = False) -> None:
        text = (
            _("%(name)s is away and has no deputy.") if away else _("%(name)s does not see findings of this kind here.")
        )
        super().__init__(text % {"name": name})


class UnknownAction(LoopError):
    code = "unknown_action"

    def __init__(self, code: str) -> None:
        super().__init__(_("There is no action “%(code)s” in this installation.") % {"code": code})


class BadParameters(LoopError):
    code = "bad_parameters"

    def __init__(self, fields: Mapping[str, str]) -> None:
        text = "; ".join(f"{name}: {why}" for name, why in fields.items())
        super().__init__(_("The parameters do not fit: %(text)s") % {"text": text})
        self.fields = dict(fields)


class NothingToDo(LoopError):
    code = "nothing_to_do"

    def __init__(self) -> None:
        super().__init__(_("There is nothing to do: the preview is empty."))


class CannotPreview(LoopError):
    code = "cannot_preview"

    def __init__(self, why: str) -> None:
        super().__init__(_("It cannot be previewed: %(why)s") % {"why": why})


class MayNot(LoopError):
    code = "may_not"

    def __init__(self, reason: str) -> None:
        texts = {
            "proposer": _("Who proposes does not approve: somebody else has to look at it."),
            "twice": _("You have approved it already; a second person is needed."),
            "role": _("Your role does not approve proposals of this kind."),
            "permission": _("Your role may not do this here."),
        }
        super().__init__(texts[reason])
        self.reason = reason


class OtherList(LoopError):
    """The list on the screen is not the one that is kept."""

    code = "token_mismatch"

    def __init__(self) -> None:
        super().__init__(_("This is not the list that was shown to you. Look at it again before you decide."))


class CannotUndo(LoopError):
    code = "cannot_undo"

    def __init__(self) -> None:
        super().__init__(_("This cannot be taken back."))
