"""Catalogs outside a request: what the service says in each language, and how people may say things to it."""

from service.languages.checks import catalog_problems, unfinished
from service.languages.home import read_home
from service.languages.language import Template
from service.languages.spoken import Languages

__all__ = ["Languages", "Template", "catalog_problems", "read_home", "unfinished"]
