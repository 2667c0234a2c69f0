"""The ledger as a function builds it."""

from google.cloud.firestore import Client

from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.stores import FirestoreStores
from shared.ledger.ledger import Ledger


def new_ledger(client: Client) -> Ledger:
    """Return a ledger that remembers nothing of another's orders, as each instance of a function has one."""
    return Ledger(FirestoreDocuments(client), FirestoreStores(client, "UTC"))
