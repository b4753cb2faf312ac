"""Installing what the tests need from the system's packages, where that is ours to do."""

import os
import shutil
import subprocess
import sys


def apt_get(package: str) -> bool:
    """Install a Debian package as root; False where this is not Debian, not root, or the package could not be had."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print(f"Installing {package}, which the tests need …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", package],
    ):
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            print(f"{' '.join(command)} failed:\n{done.stdout[-400:]}{done.stderr[-800:]}", file=sys.stderr)
            return False
    return True
