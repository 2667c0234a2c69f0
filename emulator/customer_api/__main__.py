"""Serve the API: `python -m emulator.customer_api HOST PORT`."""

import sys

from emulator.customer_api.server import CustomerApiServer

if __name__ == "__main__":
    CustomerApiServer(sys.argv[1], int(sys.argv[2])).serve_forever()
