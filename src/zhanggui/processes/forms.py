"""The upload form, and the choice of a shop that it shares with other pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.kernel import records

AUTO, NEW = "auto", "new"


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(item, initial) for item in given]


class ShopForm(forms.Form):
    """The shop a file belongs to: told by the file, one of the visible shops, or a new one."""

    shop = forms.ChoiceField(label=_("Shop"), required=False)
    new_name = forms.CharField(label=_("Name of the new shop"), max_length=100, required=False)
    new_channel = forms.ChoiceField(label=_("Platform"), required=False)

    def __init__(self, *args: Any, shops: list[ShopInfo], language: str, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chinese = language.startswith("zh")

        def channel_name(code: str) -> str:
            channel = records.CHANNELS[code]
            return channel.name_zh if chinese else channel.name_en

        choices: list[tuple[str, Any]] = [(AUTO, _("Told by the file (only shop of its platform)"))]
        choices += [(str(s.id), f"{s.name} · {channel_name(s.channel)}") for s in shops]
        if may_add:
            choices.append((NEW, _("A new shop…")))
        self.fields["shop"].choices = choices  # type: ignore[attr-defined]
        self.fields["new_channel"].choices = [(c, channel_name(c)) for c in records.CHANNELS]  # type: ignore[attr-defined]
        self.shops = {str(s.id): s for s in shops}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("shop") == NEW and not (data.get("new_name") or "").strip():
            self.add_error("new_name", _("Give the new shop a name."))
        return data

    def target(self) -> tuple[str | None, str | None]:
        """(shop name, channel) for the import; both None when the file tells."""
        chosen = self.cleaned_data.get("shop") or AUTO
        if chosen == NEW:
            return self.cleaned_data["new_name"].strip(), self.cleaned_data["new_channel"]
        if chosen in self.shops:
            return self.shops[chosen].name, None
        return None, None


class UploadForm(ShopForm):
    """Files, and the shop they belong to."""

    files = FilesField(label=_("Files"))  # type: ignore[assignment]
