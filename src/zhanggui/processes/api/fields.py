"""Types of parameters and answers: ids are text, moments UTC, money whole minor units beside a currency."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from zhanggui.processes.api.problems import not_found

_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$")
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_ID = re.compile(r"^[0-9]{1,18}$")


def _exact_moment(value: Any) -> Any:
    if isinstance(value, str) and not _MOMENT.match(value):
        raise PydanticCustomError("datetime_parsing", "not RFC 3339")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:  # within a day of the ends of time
        return _FIRST if value.year == 1 else _LAST


def _exact_flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise PydanticCustomError("bool_parsing", "not true or false")
        return value == "true"
    return value


def _exact_number(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+", value):
        raise PydanticCustomError("int_parsing", "not a whole number")
    return value


#: A moment given by the caller: RFC 3339 with a zone.
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_exact_moment),
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Flag = Annotated[bool, BeforeValidator(_exact_flag), WithJsonSchema({"type": "boolean"})]
#: An amount in minor units, given by the caller.
Minor = Annotated[int, BeforeValidator(_exact_number), Field(ge=-(10**15), le=10**15)]
Limit = Annotated[int, BeforeValidator(_exact_number), Field(ge=1, le=200)]
#: Free text from the caller, without NUL.
Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*\S[^\x00]*$")]
#: A cursor this API handed out.
Cursor = Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z0-9_=-]*$")]

#: In answers.
Id = Annotated[str, BeforeValidator(str)]
Utc = Annotated[
    datetime,
    PlainSerializer(lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def id_of(text: str) -> int:
    """The number behind an id of the address; anything that cannot be one is simply not there."""
    if not _ID.match(text):
        raise not_found()
    return int(text)
