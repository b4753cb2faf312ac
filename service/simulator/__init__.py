"""A stand-in carrier: speaks Twilio's own HTTP, with phones on a web page. Imports nothing else of the service."""

from .app import create_simulator, make_carrier_server

__all__ = ["create_simulator", "make_carrier_server"]
