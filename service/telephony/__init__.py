"""The way out to phones: what a send can end in, Twilio's adapter, its error codes and its signatures."""
