"""What can go wrong with keys. No message holds a number, words or key material."""

from __future__ import annotations


class KeysError(Exception):
    """The base of every error of the key store."""


class KeyDestroyed(KeysError):
    """This contact was erased: its words can never be read again, by anybody."""


class KeyMissing(KeysError):
    """No key was ever made for this contact, or the key store was restored from before it was made."""


class SealBroken(KeysError):
    """The sealed bytes were changed, moved to another place, or belong to another contact."""


class MasterUnknown(KeysError):
    """A contact's key is wrapped by a master key that this process does not hold."""


class KeysBusy(KeysError):
    """Another process held the key store's lock for too long; the caller may try again."""


class KeysRefused(KeysError):
    """The key store could not be read or written: full, or out of reach; the caller may try again."""


class KeyFileRefused(KeysError):
    """A key file is missing, malformed, or can be read by others; the message says what to do."""
