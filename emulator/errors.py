"""What can go wrong with the local stack. Every message names the fix, and is what a user reads."""


class StackError(Exception):
    """The local stack cannot do what was asked."""


class DownloadFailed(StackError):
    """An emulator release could not be fetched, or is not the file that was pinned."""


class ProcessFailed(StackError):
    """A process of the stack ended, or did not answer in time. The message holds the end of its log."""
