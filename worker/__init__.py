"""The processes beside web: RQ workers that do what is due, and the clock that sees to it that somebody does."""
