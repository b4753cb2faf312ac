"""Become another program that dies with its parent: guarded.py PARENT_PID UID:GID|- PROGRAM [ARGUMENTS].

Run as a program. The order matters: changing the user clears the wish to die with the parent.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h

parent, user, program = int(sys.argv[1]), sys.argv[2], sys.argv[3]
if user != "-":
    uid, gid = map(int, user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
    if os.getppid() != parent:
        sys.exit("the tests are over")
os.execv(program, sys.argv[3:])
