"""`python -m service.cli`: what ./alongside runs once everything is set up."""

from service.cli import main

main(prog_name="alongside")
