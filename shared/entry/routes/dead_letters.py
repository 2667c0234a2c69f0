"""The dead letters over HTTP, for admins of all stores: look at them, send them again, discard them."""

from __future__ import annotations

import base64
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from flask import Blueprint
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from shared import runtime
from shared.domain.instants import to_rfc3339
from shared.entry import audit
from shared.entry.body import MOST_BYTES
from shared.entry.cursor import TimeCursor, write_cursor
from shared.entry.views import OPERATOR, Answer, Endpoint, answer_json
from shared.errors import LetterUnknown
from shared.messages.wire import Identifier

if TYPE_CHECKING:
    from shared.dead_letters.letter import LetterRecord
    from shared.entry.responses.operations import LetterOpened, LetterPage, LetterShown

_LETTER_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such dead letter."}

routes = Blueprint("dead_letters", __name__)


def _check_id(position: tuple[int, str]) -> tuple[int, str]:
    if not _LETTER_ID.fullmatch(position[1]):
        raise ValueError("expected the nextCursor of an earlier answer")
    return position


class LettersQuery(BaseModel):
    """A page of dead letters, the newest first: all of them, or those of one order."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", defer_build=True)

    state: Annotated[
        Literal["open", "replayed", "discarded", "all"], Field(description="Only letters in this state.")
    ] = "all"
    limit: Annotated[int, Field(ge=1, le=200, description="How many letters at most.")] = 50
    cursor: Annotated[TimeCursor, AfterValidator(_check_id)] | None = None
    store_id: Annotated[
        Identifier | None, Field(description="With `orderId`: only letters that name this store.")
    ] = None
    order_id: Annotated[
        Identifier | None, Field(description="With `storeId`: only letters that name this order.")
    ] = None

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if (self.store_id is None) != (self.order_id is None):
            raise ValueError("expected storeId and orderId together, got one of them")
        return self

    def about(self) -> tuple[str, str] | None:
        """Return the store and the order that letters must name."""
        return None if self.store_id is None or self.order_id is None else (self.store_id, self.order_id)


@routes.get("/dead-letters")
@Endpoint(OPERATOR, query=LettersQuery)
def list_dead_letters(query: LettersQuery) -> Answer[LetterPage]:
    """List the messages that no function could apply, the newest first."""
    # Only who looks into dead letters waits for it to load.
    from shared.dead_letters.letter import State

    state = None if query.state == "all" else State(query.state)
    found, following = runtime.kept_letters().page(state, query.limit, query.cursor, query.about())
    letters = [_show(record) for record in found]
    return answer_json(
        {
            "open": runtime.kept_letters().count_open(),
            "deadLetters": letters,
            "nextCursor": write_cursor(following),
        }
    )


@routes.get("/dead-letters/<letter_id>")
@Endpoint(OPERATOR, statuses=_UNKNOWN)
def show_dead_letter(letter_id: str) -> Answer[LetterOpened]:
    """Show a dead letter with the message as it was published."""
    record = runtime.kept_letters().find(_checked(letter_id))
    if record is None:
        raise LetterUnknown(f"no dead letter {letter_id!r}")
    data, attributes = runtime.kept_letters().payload(letter_id)
    return answer_json({**_show(record), "attributes": attributes, **_show_data(data)})


@routes.post("/dead-letters/<letter_id>/replay")
@Endpoint(
    OPERATOR,
    audited="dead_letter.replayed",
    statuses={**_UNKNOWN, HTTPStatus.CONFLICT: "No function reads the topic that the letter came from."},
)
def replay_dead_letter(letter_id: str) -> Answer[LetterShown]:
    """Publish the message again on the topic that it came from.

    Do it once what was wrong is fixed. Events are idempotent, so a replay never counts twice.
    """
    audit.of(_checked(letter_id))
    return answer_json(_show(runtime.dead_letter_box().replay(letter_id)))


class Correction(BaseModel):
    """What to publish instead of the message's data."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    data: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MOST_BYTES,
            description="The data as text.",
            examples=['{"orderId": "o-1"}'],
        ),
    ]


@routes.post("/dead-letters/<letter_id>/correct")
@Endpoint(
    OPERATOR,
    body=Correction,
    audited="dead_letter.corrected",
    statuses={**_UNKNOWN, HTTPStatus.CONFLICT: "No function reads the topic that the letter came from."},
)
def correct_dead_letter(letter_id: str, body: Correction) -> Answer[LetterShown]:
    """Publish other data on the topic that the message came from, with the message's attributes.

    The letter keeps the message as it was, and counts as replayed. What is refused again comes back as
    another letter.
    """
    audit.of(_checked(letter_id))
    return answer_json(_show(runtime.dead_letter_box().replay(letter_id, body.data.encode())))


@routes.post("/dead-letters/<letter_id>/reopen")
@Endpoint(OPERATOR, audited="dead_letter.reopened", statuses=_UNKNOWN)
def reopen_dead_letter(letter_id: str) -> Answer[LetterShown]:
    """Take a discard back. A letter that is not discarded stays as it is."""
    audit.of(_checked(letter_id))
    return answer_json(_show(runtime.dead_letter_box().reopen(letter_id)))


@routes.post("/dead-letters/<letter_id>/discard")
@Endpoint(OPERATOR, audited="dead_letter.discarded", statuses=_UNKNOWN)
def discard_dead_letter(letter_id: str) -> Answer[LetterShown]:
    """Mark a dead letter as not worth a replay. It stays in the list."""
    audit.of(_checked(letter_id))
    return answer_json(_show(runtime.dead_letter_box().discard(letter_id)))


def _checked(letter_id: str) -> str:
    """Return the id if it may be one; others could name no document, or another's."""
    if not _LETTER_ID.fullmatch(letter_id):
        raise LetterUnknown(f"no dead letter {letter_id!r}")
    return letter_id


def _show(record: LetterRecord) -> dict[str, Any]:
    return {
        "id": record.letter_id,
        "state": record.state,
        "reason": record.reason,
        "function": record.function,
        "sourceTopic": record.source_topic,
        "storeId": record.store_id,
        "orderId": record.order_id,
        "firstAt": to_rfc3339(record.first_at),
        "lastAt": to_rfc3339(record.last_at),
        "count": record.count,
        "sizeBytes": record.size_bytes,
    }


def _show_data(data: bytes) -> dict[str, str]:
    """Return the data as text, or in base64 where it is none."""
    try:
        return {"encoding": "utf-8", "data": data.decode()}
    except UnicodeDecodeError:
        return {"encoding": "base64", "data": base64.b64encode(data).decode()}
