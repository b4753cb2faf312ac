"""Keys at rest. Words and numbers are sealed with a key per contact; destroying that key erases them everywhere."""

from service.keys.errors import (
    KeyDestroyed,
    KeyFileRefused,
    KeyMissing,
    KeysBusy,
    KeysError,
    MasterUnknown,
    SealBroken,
)
from service.keys.keys import Keys, open_keys

__all__ = [
    "KeyDestroyed",
    "KeyFileRefused",
    "KeyMissing",
    "Keys",
    "KeysBusy",
    "KeysError",
    "MasterUnknown",
    "SealBroken",
    "open_keys",
]
