#!/usr/bin/env python3
"""slow_clients.py PORT COUNT KEY: so many connections to a server, each slow in one of three ways:
its head or its body comes a byte at a time, or it takes answers a little at a time. Prints "ready"
when all are under way, and goes on until its standard input ends; then says how many are left."""
import itertools
import os
import resource
import select
import socket
import sys

BYTES_A_SECOND = 500  # of all together: slow, and not the work of a flood
RECEIVE_BUFFER = 2048
PIPELINED = 20  # requests whose answers nobody takes


def begin(port, key, way):
    """A connection that has said all but the end, or all and reads nothing."""
    connection = socket.socket()
    if way == "answer":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    connection.connect(("127.0.0.1", port))
    head = f"Host: slow\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n"
    if way == "head":
        text = f"GET /v1/chains HTTP/1.1\r\n{head}X-Slow: "
    elif way == "body":
        text = f"POST /v1/tron/anomalies HTTP/1.1\r\n{head}Content-Length: 100000\r\n\r\n"
    else:
        text = f"GET /openapi.json HTTP/1.1\r\n{head}\r\n" * PIPELINED
    connection.sendall(text.encode())
    connection.setblocking(False)
    return connection, way


def go_on(connection, way):
    """A byte more; false if the server has closed."""
    try:
        if way == "answer":
            return connection.recv(1) != b""
        return connection.send(b" ") == 1
    except BlockingIOError:
        return True
    except OSError:
        return False


def main():
    port, count, key = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    ways = itertools.cycle(("head", "body", "answer"))
    clients = [begin(port, key, way) for _, way in zip(range(count), ways)]
    print("ready", flush=True)
    left, turn = [True] * count, itertools.cycle(range(count))
    while not select.select([sys.stdin], [], [], 1 / BYTES_A_SECOND)[0]:
        one = next(turn)
        left[one] = left[one] and go_on(*clients[one])
    print(sum(left), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
