"""Runs a server for as long as standard input stays open.

However the tests end, a kill included, the system closes their end of the pipe and the server goes too.
"""

import os
import signal
import subprocess
import sys
import threading


def main(uid: str, *command: str) -> None:
    """Start the command, as that user if one is named, and stop it when standard input ends."""
    owner = {"user": int(uid), "group": int(uid), "extra_groups": []} if uid else {}
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, **owner)  # type: ignore[call-overload]

    def follow() -> None:
        server.wait()
        os._exit(0)

    watch = threading.Thread(target=follow)
    watch.start()
    sys.stdin.buffer.read()
    server.send_signal(signal.SIGQUIT)
    watch.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
