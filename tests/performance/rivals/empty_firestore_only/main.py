"""An empty function that reads one document."""

import functions_framework
from flask import Request
from google.cloud import firestore


@functions_framework.http
def answer(request: Request) -> str:  # noqa: ARG001 - the framework passes it
    """Read a document that is not there."""
    firestore.Client().document("stores/nobody").get()
    return "ok"
