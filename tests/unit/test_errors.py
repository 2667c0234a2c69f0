"""Errors are sorted by what happens next, as the module's picture says."""

import inspect
import re

from shared import errors


def test_the_picture_shows_every_error_under_its_parent() -> None:
    drawn: dict[str, str] = {}
    above = ["TillpulseError"]
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"([│├└ ]*)── (\w+)", line):
            depth = len(match[1]) // 4 + 1
            above[depth:] = [match[2]]
            drawn[match[2]] = above[depth - 1]
    defined = {
        name: error.__base__.__name__
        for name, error in inspect.getmembers(errors, inspect.isclass)
        if error is not errors.TillpulseError and error.__base__
    }
    assert drawn == defined
