"""A process that has loaded the product and starts a server of it whenever it is told to: one line in, one server's process id out.

Killing a server is what these tests are about; a fresh interpreter for every start would only measure how fast Python imports.
"""

import faulthandler
import os
import signal
import sys

import uvicorn

import server.app  # noqa: F401 - loaded once, before the servers are forked
from rules.rulebook import load_rulebook


def main() -> None:
    """Serve `server.app:create_app` on the port given, again and again, until standard input ends."""
    port = int(sys.argv[1])
    load_rulebook()
    # Nobody waits for the children: whoever kills one looks at its process id.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin.readline():
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # Where every thread stands, for a server that does not answer: `kill -USR1`, then read its log.
            faulthandler.register(signal.SIGUSR1)
            uvicorn.run("server.app:create_app", factory=True, port=port, access_log=False, log_level="warning", timeout_keep_alive=30)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
