"""Every error of the client library is either one that passes, or one that we decided is a bug."""

import inspect
from collections.abc import Callable

import pytest
from google.api_core import exceptions

from shared.adapters.firestore.client import translated
from shared.errors import StoreContended, StoreExhausted, StoreUnavailable

PASSES = {
    "Aborted": StoreContended,
    "Cancelled": StoreUnavailable,
    "DeadlineExceeded": StoreUnavailable,
    "GatewayTimeout": StoreUnavailable,
    "InternalServerError": StoreUnavailable,
    "ResourceExhausted": StoreExhausted,
    "RetryError": StoreUnavailable,
    "ServiceUnavailable": StoreUnavailable,
    "TooManyRequests": StoreUnavailable,
    "Unknown": StoreUnavailable,
}

ESCAPES = {
    # Ours: wrong requests, missing rights, a database that is not there, a missing index.
    "AlreadyExists", "BadRequest", "Conflict", "DataLoss", "FailedPrecondition", "Forbidden",
    "InvalidArgument", "MethodNotImplemented", "NotFound", "OutOfRange", "PermissionDenied",
    "Unauthenticated", "Unauthorized",
    # Never heard over gRPC, which is all that Firestore's client speaks.
    "AsyncRestUnsupportedParameterError", "BadGateway", "LengthRequired", "MethodNotAllowed",
    "MovedPermanently", "NotModified", "PreconditionFailed", "RequestRangeNotSatisfiable",
    "ResumeIncomplete", "TemporaryRedirect",
    # Of resumable uploads, which are not Firestore's.
    "MissingStatusHeaderError", "ResumableTransferError", "TransferStalledError", "UnseekableStreamError",
    "UploadCancelledError",
    # Bases, and a mistake in how a client is made.
    "ClientError", "DuplicateCredentialArgs", "GoogleAPICallError", "GoogleAPIError", "Redirection",
    "ServerError",
}  # fmt: skip

EVERY: dict[str, Callable[..., Exception]] = {
    name: kind
    for name, kind in inspect.getmembers(exceptions, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__ == exceptions.__name__
}


def make(kind: Callable[..., Exception]) -> Exception:
    return kind("no", *([None] if kind is EVERY["RetryError"] else []))


def test_every_error_was_decided_on() -> None:
    assert set(EVERY) == PASSES.keys() | ESCAPES


@pytest.mark.parametrize("name", sorted(PASSES))
def test_a_passing_failure_is_transient_and_keeps_its_cause(name: str) -> None:
    error = make(EVERY[name])
    with pytest.raises(PASSES[name]) as caught, translated():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("name", sorted(ESCAPES))
def test_a_bug_escapes_as_it_is(name: str) -> None:
    error = make(EVERY[name])
    with pytest.raises(type(error)) as caught, translated():
        raise error
    assert caught.value is error
