"""Translations out to the people who write and check them, and back: a spreadsheet or .po, and conversations to read."""

from service.usecases.translating.conversations import conversations
from service.usecases.translating.page import conversations_page
from service.usecases.translating.rows import rows_of
from service.usecases.translating.sheet import write_sheet
from service.usecases.translating.taking import CannotImport, Changes, Taken, read_changes, take
from service.usecases.translating.work import CannotTranslate, Work, open_work

__all__ = [
    "CannotImport",
    "CannotTranslate",
    "Changes",
    "Taken",
    "Work",
    "conversations",
    "conversations_page",
    "open_work",
    "read_changes",
    "rows_of",
    "take",
    "write_sheet",
]
