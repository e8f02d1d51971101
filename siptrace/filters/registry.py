"""All fields, and how to find one by what somebody wrote."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from siptrace.filters.call_fields import CALL_FIELDS
from siptrace.filters.header_fields import HEADER_FIELDS, header_field
from siptrace.filters.message_fields import MESSAGE_FIELDS
from siptrace.filters.problem import suggestion

if TYPE_CHECKING:
    from siptrace.filters.select import Field

__all__ = ["FIELDS", "find", "header_field", "unknown"]

FIELDS: tuple[Field, ...] = (*CALL_FIELDS, *MESSAGE_FIELDS, *HEADER_FIELDS)
"""Every field there is but `header["NAME"]`, in the order of help."""


def _spelled(name: str) -> str:
    """Return a name in the spelling in which names are compared: case does not matter, nor does _ instead of -."""
    return name.lower().replace("_", "-")


@cache
def _by_name() -> dict[str, Field]:
    """Return every field by each of its names."""
    return {_spelled(name): field for field in FIELDS for name in field.names}


def find(name: str) -> Field | None:
    """Return the field of a name, None when there is none."""
    return _by_name().get(_spelled(name))


def unknown(name: str) -> str:
    """Return a sentence for a name that no field has, with the names that are near it."""
    spelled = {_spelled(known): known for field in FIELDS for known in field.names}
    if name.lower() == "header":
        return 'The field for any header field is written header["NAME"].'
    hint = suggestion(_spelled(name), spelled)
    if name.lower().startswith("sip.") and not hint:
        hint = f'; any header field is header["{name[4:]}"].'
    return f'There is no field "{name}"{hint or "; `siptrace filters` lists them."}'
