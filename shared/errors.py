"""What can go wrong, sorted by what happens next.

TillpulseError
├── PermanentError        the same message always fails: kept as a dead letter, acknowledged
│   ├── MalformedEvent
│   ├── CurrencyMismatch
│   ├── StoreForeign
│   ├── StoreUnknown
│   ├── CommitRefused
│   ├── PaymentMismatch
│   └── RecordUnreadable
├── NotAuthenticated      the caller is not known: HTTP 401
├── NoticeRefused         a payment notice that its secret may not sign: HTTP 403
├── SignInRefused         the issuer, or its answer, did not sign the person in: HTTP 400
├── InstantOutOfReach     a page of figures of an instant that is too long ago: HTTP 400
├── LetterUnknown         no such dead letter: HTTP 404
├── RangeTooCostly        a range of days with more tallies than a request may read: HTTP 400
├── TopicUnknown          a dead letter from a topic that no function reads: HTTP 409
├── Reconciling           another run is reconciling the same month: HTTP 409
├── StoreSettled          a store keeps the time zone and currency that it counted in: HTTP 409
├── ZoneMoved             another request moved the store to another time zone: HTTP 409
├── RecordsLeftBehind     records that can't move to the store's new time zone: HTTP 409
├── TransientError        may work later: escapes, Pub/Sub backs off and redelivers
│   ├── BudgetSpent
│   ├── CacheUnavailable
│   ├── IssuerUnavailable
│   ├── KeysUnavailable
│   ├── LeaseLost
│   ├── LookupFailed
│   ├── LookupUnderWay
│   ├── OrderAwaited
│   ├── PublishFailed
│   ├── StoreContended
│   └── StoreUnavailable
│       └── StoreExhausted
└── SettingsError         start-up only: the instance must not serve

Anything else is a bug: it escapes, is redelivered, and ends in the dead-letter topic.
"""


class TillpulseError(Exception):
    """Base of every error of this project."""


class PermanentError(TillpulseError):
    """The message can never be applied. Keep it as a dead letter, then acknowledge it."""


class MalformedEvent(PermanentError):
    """The message breaks the event contract; the text names the field, what was expected and what came."""


class CurrencyMismatch(PermanentError):
    """The order's currency is not its store's. Correct the store's currency, then replay the message."""


class StoreForeign(PermanentError):
    """The event names another store than its publisher may speak for. Discard the message."""


class StoreUnknown(PermanentError):
    """Events create no stores here, and this one does not exist. Create it, then replay the message."""


class CommitRefused(PermanentError):
    """Firestore takes no commit like this, or none as large; nothing was written."""


class PaymentMismatch(PermanentError):
    """What was paid is not the order's price. Amend the order, then replay the message."""


class RecordUnreadable(PermanentError):
    """A record holds what this project never writes; correct the document, then replay the message."""


class NotAuthenticated(TillpulseError):
    """The request carries no valid token."""


class NoticeRefused(TillpulseError):
    """The secret that signed a payment notice may not speak for it; the text is for the log alone."""


class SignInRefused(TillpulseError):
    """The issuer, or its answer, did not sign the person in; the text says why. They may try again."""


class RangeTooCostly(TillpulseError):
    """The range of days has more tallies than a request may read."""


class InstantOutOfReach(TillpulseError):
    """Figures of an instant are asked for that Firestore no longer keeps. Start at the first page again."""


class LetterUnknown(TillpulseError):
    """The dead letter does not exist, or no longer does."""


class TopicUnknown(TillpulseError):
    """The dead letter comes from a topic that no function reads, so it can't be replayed."""


class Reconciling(TillpulseError):
    """Another run is reconciling the same store and month; the text says until when at the latest."""


class StoreSettled(TillpulseError):
    """Something was counted in this time zone or currency, so a PUT can't change it."""


class ZoneMoved(TillpulseError):
    """Another request moved the store to another time zone meanwhile; that one stands."""


class RecordsLeftBehind(TillpulseError):
    """Some records can't move to their store's time zone; correct them, then move the store again."""


class TransientError(TillpulseError):
    """Nothing was changed, or the change is safe to repeat. Let it escape: the message is redelivered."""


class StoreContended(TransientError):
    """Other writers kept winning races for the same documents until the attempts ran out."""


class StoreUnavailable(TransientError):
    """Firestore did not answer, or not in time."""


class BudgetSpent(TransientError):
    """A recount took longer than it may; another run continues, or starts again."""


class StoreExhausted(StoreUnavailable):
    """Firestore's quota is used up, or the commit is larger than Firestore takes: it says both alike."""


class CacheUnavailable(TransientError):
    """Valkey did not answer in time; reads fall back to Firestore."""


class IssuerUnavailable(TransientError):
    """The issuer that people sign in at did not answer, or not as OpenID Connect asks for."""


class KeysUnavailable(TransientError):
    """The token issuer's keys could not be loaded."""


class LeaseLost(TransientError):
    """Another run took over this run's month; this one writes nothing more."""


class LookupFailed(TransientError):
    """The customer API gave no answer, and there is no cached one to fall back to."""


class LookupUnderWay(TransientError):
    """Another delivery is asking the customer API about the same identifier."""


class OrderAwaited(TransientError):
    """An order was paid whose price is not known yet."""


class PublishFailed(TransientError):
    """Pub/Sub did not confirm a message."""


class SettingsError(TillpulseError):
    """The environment is incomplete or invalid; the text lists every problem."""
