"""The pages on which staff read and answer."""

from service.web.inbox.blueprint import inbox_blueprint
from service.web.inbox.desk import InboxOptions

__all__ = ["InboxOptions", "inbox_blueprint"]
