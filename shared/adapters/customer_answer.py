"""A customer, read from an answer of the customer API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from jsonpointer import JsonPointer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from shared.baskets.api_shape import AnswerShape
from shared.domain.attributes import bounded
from shared.messages.wire import Identifier


def _as_text(value: object) -> object:
    """Return a whole number as text: many systems number their customers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_WholeAsText = BeforeValidator(_as_text)
_ShortText = Annotated[str, Field(max_length=500, strict=True), _WholeAsText]


class Customer(BaseModel):
    """The fields that Tillpulse knows."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, defer_build=True)

    customer_id: Annotated[Identifier, _WholeAsText]
    name: _ShortText | None = None
    email: _ShortText | None = None
    phone: _ShortText | None = None
    loyalty_card: _ShortText | None = None
    tier: _ShortText | None = None


def read_customer(body: bytes, shape: AnswerShape) -> dict[str, Any] | None:
    """Return the customer's profile; None where the answer means that there is none.

    Raises:
        ValueError: the body is no JSON, or its customer has no id or a field of another type.
    """
    document = from_json(body, allow_inf_nan=False)
    pointers = {
        field: JsonPointer(pointer)
        for field in Customer.model_fields
        if (pointer := getattr(shape, field)) is not None
    }
    found = {field: pointer.resolve(document, None) for field, pointer in pointers.items()}
    if found["customer_id"] is None and shape.missing_is_unknown:
        return None
    profile = Customer.model_validate(found).model_dump(by_alias=True)
    return profile | {"attributes": _attributes(document, shape, pointers)}


def _attributes(document: Any, shape: AnswerShape, pointers: Mapping[str, JsonPointer]) -> dict[str, Any]:
    if shape.attributes is None:
        return {}
    within = JsonPointer(shape.attributes)
    fields = within.resolve(document, None)
    if not isinstance(fields, dict):
        return {}
    known = {pointer.parts[-1] for pointer in pointers.values() if pointer.parts[:-1] == within.parts}
    return bounded({name: value for name, value in fields.items() if name not in known})
