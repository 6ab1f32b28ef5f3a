#!/usr/bin/python3 -IS
"""`is-up SOCKET` or `is-up PORT`: exit 0 when `/up` answers 200 there. The image's health check.

It imports what it must and no more: it runs all the time, in every container.
"""

import socket
import sys


def is_up(address: str) -> bool:
    if address.isdecimal():
        connection = socket.create_connection(("127.0.0.1", int(address)), 4)
    else:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(4)
        connection.connect(address)
    with connection:
        connection.sendall(b"GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(64).split(b" ")[1:2] == [b"200"]


if __name__ == "__main__":
    sys.exit(not is_up(sys.argv[1]))
