"""`python -m service.simulator`: the carrier as a process of its own. The token comes from SIMULATOR_AUTH_TOKEN."""

from __future__ import annotations

import os
import signal
import sys

import click

from .app import create_simulator, make_carrier_server
from .ledger import LedgerInUse


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=int, required=True, help="The port to listen on; 0 takes a free one.")
@click.option("--ledger", required=True, type=click.Path(dir_okay=False), help="The file that keeps what happened.")
@click.option("--account-sid", required=True, help="The account that the service signs in with.")
@click.option("--service-number", required=True, help="The service's own number, such as +447700900000.")
@click.option("--sms-url", required=True, help="Where texts are brought to, with its #rc=…&rp=… if it has any.")
@click.option("--fallback-url", help="Where texts are brought to if that fails.")
@click.option("--inbox-url", help="The staff inbox, shown beside the phones.")
@click.option("--sign-fragment", is_flag=True, help="Count the #… of a webhook's URL into its signature.")
def main(host: str, port: int, ledger: str, account_sid: str, **settings: str | bool | None) -> None:
    """Run a carrier on this machine. Nothing leaves it."""
    auth_token = os.environ.get("SIMULATOR_AUTH_TOKEN")
    if not auth_token:
        raise click.ClickException("SIMULATOR_AUTH_TOKEN is not set; give it the account's auth token")
    try:
        app = create_simulator(ledger, account_sid, auth_token, **settings)  # type: ignore[arg-type]
    except LedgerInUse as error:
        raise click.ClickException(str(error)) from error
    server = make_carrier_server(app, host, port)
    click.echo(f"The simulator is at http://{host}:{server.port}/")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.serve_forever()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        app.extensions["simulator"].close()
        server.server_close()


if __name__ == "__main__":
    main()
