"""Names that people read: classes of claims, categories, channels, verdicts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLASSES: dict[str, str | Promise] = {
    "T1": _("Highest grade"),
    "T2": _("First and only"),
    "T3": _("Leader and rank"),
    "T4": _("Absolute promise"),
    "T5": _("State, army, officials"),
    "T6": _("Medical words"),
    "T7": _("Health functions"),
    "T8": _("Cosmetics"),
    "T9": _("Food label"),
    "T10": _("Price comparison"),
    "T11": _("Urgency and scarcity"),
    "T12": _("Prizes"),
    "T13": _("Reviews and fake trade"),
    "T14": _("Money and joining"),
    "T15": _("Education"),
    "T16": _("Real estate"),
    "T17": _("Alcohol and tobacco"),
    "T18": _("Superstition, vulgarity, discrimination"),
    "T19": _("Unfair terms"),
    "T20": _("Running others down"),
    "T21": _("Personal information"),
    "K02": _("Quoted data"),
    "K06": _("Patents"),
    "K20": _("Deposit"),
    "K81": _("Health food notice"),
    "K8C": _("Pesticides and seeds"),
    "K90": _("Minors"),
    "P1": _("Platform: off-site contact"),
    "P2": _("Platform: interaction bait"),
}

CATEGORIES: list[tuple[str, str | Promise]] = [
    ("", _("Guess from the text")),
    ("general", _("General goods")),
    ("food", _("Ordinary food")),
    ("health", _("Health food")),
    ("cosmetic", _("Cosmetics")),
    ("special_cosmetic", _("Special cosmetics")),
    ("drug", _("Drugs")),
    ("device", _("Medical devices")),
    ("disinfectant", _("Disinfectants")),
    ("baby", _("Mother and baby")),
    ("textile", _("Clothing and textiles")),
    ("appliance", _("Appliances and electronics")),
    ("alcohol", _("Alcohol")),
    ("education", _("Education")),
    ("finance", _("Finance and franchising")),
    ("house", _("Real estate")),
    ("pesticide", _("Pesticides")),
    ("seed", _("Seeds")),
]

CHANNELS = ["taobao", "jd", "pinduoduo", "douyin", "xiaohongshu", "kuaishou", "amazon", "shopify"]

SEVERITIES: dict[str, tuple[str | Promise, str, str]] = {
    "block": (_("Must not go out"), "bad", "ban"),
    "review": (_("Look again"), "warn", "alert-triangle"),
    "info": (_("Lawful here"), "idle", "info-circle"),
}
VERDICTS: dict[str, tuple[str | Promise, str, str]] = {
    "violation": (_("Violation"), "bad", "ban"),
    "review": (_("To be reviewed"), "warn", "alert-triangle"),
    "ok": (_("No finding"), "ok", "circle-check"),
}
REFUSALS: dict[str, str | Promise] = {
    "term": _("Name the term (up to 200 characters)."),
    "owner": _("Name the person who answers for it."),
    "reason": _("Give the reason."),
    "category": _("This category is unknown."),
    "channel": _("This channel is unknown."),
    "expiry": _("The last day must lie ahead, at most one year."),
}
