"""What can go wrong, sorted by what happens next.

TillpulseError
├── PermanentError        the same message fails for ever: kept as a dead letter, acknowledged
│   ├── MalformedEvent
│   └── CurrencyMismatch
├── NotAuthenticated      who asks is not known: HTTP 401
├── LetterUnknown         no such dead letter: HTTP 404
├── TopicUnknown          a dead letter from a topic that no function reads: HTTP 409
├── Reconciling           another run reconciles the same month: HTTP 409
├── StoreSettled          a store with orders keeps its time zone and currency: HTTP 409
├── ZoneMoved             somebody else moves the store to another time zone: HTTP 409
├── TransientError        may work later: escapes, Pub/Sub backs off and delivers again
│   ├── CacheUnavailable
│   ├── KeysUnavailable
│   ├── LeaseLost
│   ├── ListRefused
│   ├── LookupFailed
│   ├── LookupUnderWay
│   ├── PublishFailed
│   ├── StoreContended
│   └── StoreUnavailable
└── SettingsError         start-up only: the instance must not serve

Anything else is a bug: it escapes, is delivered again, and ends in the dead-letter topic.
"""


class TillpulseError(Exception):
    """Base of every error of this project."""


class PermanentError(TillpulseError):
    """The message can never be applied. Keep it as a dead letter, then acknowledge it."""


class MalformedEvent(PermanentError):
    """The message breaks the event contract; the text names the field, what was expected and what came."""


class CurrencyMismatch(PermanentError):
    """The order is in another currency than its store. Set the store's currency right, then replay it."""


class NotAuthenticated(TillpulseError):
    """The request carries no valid token."""


class LetterUnknown(TillpulseError):
    """There is no such dead letter, or not any more."""


class TopicUnknown(TillpulseError):
    """The dead letter comes from a topic that no function reads, so it can't be sent there again."""


class Reconciling(TillpulseError):
    """Another run reconciles the same store and month; the text says until when at the latest."""


class StoreSettled(TillpulseError):
    """Orders were counted in this time zone and currency, so they can't change just so."""


class ZoneMoved(TillpulseError):
    """The store was moved to another time zone while it was being moved to this one; theirs stands."""


class TransientError(TillpulseError):
    """Nothing was changed, or the change is safe to repeat. Let it escape: the message comes again."""


class StoreContended(TransientError):
    """Other writers kept winning the same documents until the attempts ran out."""


class StoreUnavailable(TransientError):
    """Firestore did not answer, or not in time."""


class CacheUnavailable(TransientError):
    """Valkey did not answer in time; reads can do without it."""


class KeysUnavailable(TransientError):
    """The issuer of tokens did not hand out its keys."""


class LeaseLost(TransientError):
    """Another run took over the month that this one reconciled; nothing more is written."""


class ListRefused(TransientError):
    """The list can't be one commit: nothing of it was applied. Apply each of its changes alone."""


class LookupFailed(TransientError):
    """The customer API gave no answer, and nothing stands in for one."""


class LookupUnderWay(TransientError):
    """Somebody else asks the customer API about the same identifier and is not done yet."""


class PublishFailed(TransientError):
    """Pub/Sub did not confirm a message."""


class SettingsError(TillpulseError):
    """The environment is incomplete or wrong; the text lists every problem."""
