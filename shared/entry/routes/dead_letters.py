"""The dead letters over HTTP, for admins of all stores: look at them, send them again, discard them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal

from flask import Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared import runtime
from shared.dead_letters.letter import LetterRecord, State
from shared.domain.instants import EPOCH, to_micros, to_rfc3339
from shared.domain.viewer import Viewer
from shared.entry.cursor import Cursor, write_cursor
from shared.entry.problem import Problem
from shared.entry.request_input import read_query
from shared.entry.web import Api, answer_json, require_operator
from shared.errors import LetterUnknown, TopicUnknown

_LETTER_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_YEAR_9999 = to_micros(EPOCH.replace(year=9999))

routes = Api()


def _check_position(position: tuple[int, str]) -> tuple[int, str]:
    if not (0 <= position[0] <= _YEAR_9999 and _LETTER_ID.fullmatch(position[1])):
        raise ValueError("expected the nextCursor of an earlier answer")
    return position


class LettersQuery(BaseModel):
    """A page of dead letters, the newest first."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    state: Literal["open", "replayed", "discarded", "all"] = "all"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[Cursor, AfterValidator(_check_position)] | None = None


@routes.route("/dead-letters")
def list_dead_letters(request: Request, viewer: Viewer) -> Response:
    require_operator(viewer)
    query = read_query(LettersQuery, request)
    state = None if query.state == "all" else State(query.state)
    found, following = runtime.kept_letters().page(state, query.limit, query.cursor)
    letters = [_show(record) for record in found]
    return answer_json({"deadLetters": letters, "nextCursor": write_cursor(following)})


@routes.route("/dead-letters/<letter_id>")
def show_dead_letter(request: Request, viewer: Viewer, letter_id: str) -> Response:  # noqa: ARG001
    require_operator(viewer)
    record = runtime.kept_letters().find(_checked(letter_id))
    if record is None:
        raise _unknown(letter_id)
    data, attributes = runtime.kept_letters().payload(letter_id)
    return answer_json({**_show(record), "attributes": attributes, **_show_data(data)})


@routes.route("/dead-letters/<letter_id>/replay", "POST")
def replay_dead_letter(request: Request, viewer: Viewer, letter_id: str) -> Response:  # noqa: ARG001
    return _decide(runtime.dead_letter_box().replay, viewer, letter_id)


@routes.route("/dead-letters/<letter_id>/discard", "POST")
def discard_dead_letter(request: Request, viewer: Viewer, letter_id: str) -> Response:  # noqa: ARG001
    return _decide(runtime.dead_letter_box().discard, viewer, letter_id)


def _decide(decision: Callable[[str], LetterRecord], viewer: Viewer, letter_id: str) -> Response:
    require_operator(viewer)
    try:
        record = decision(_checked(letter_id))
    except LetterUnknown as error:
        raise _unknown(letter_id) from error
    except TopicUnknown as error:
        raise Problem(HTTPStatus.CONFLICT, str(error)) from error
    return answer_json(_show(record))


def _checked(letter_id: str) -> str:
    """Return the id if it may be one; others could name no document, or another's."""
    if not _LETTER_ID.fullmatch(letter_id):
        raise _unknown(letter_id)
    return letter_id


def _unknown(letter_id: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"no dead letter {letter_id!r}")


def _show(record: LetterRecord) -> dict[str, Any]:
    return {
        "id": record.letter_id,
        "state": record.state,
        "reason": record.reason,
        "function": record.function,
        "sourceTopic": record.source_topic,
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
