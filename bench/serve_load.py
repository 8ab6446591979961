#!/usr/bin/env python3
"""The anomaly service under load: `clew serve` on a provider that `clew replay` makes.

    serve_load.py CLEW FOLDER [--rate N] [--seconds N]

Run it with the interpreter of an environment that has numpy. An address of 1,000 rows is asked for
at a fixed rate, whatever the answers take, and each latency counts from the moment that its request
was due, so that one slow answer does not hide those that queue behind it. Once the question is the
same each time, so that the answer is in memory, and once it differs each time, so that the tests
run. The load generator is beside the server on the same cores. The peer is numpy behind Python's
http.server, which computes two of the four tests (value and transfers) and lists their rows. Then
an address of 100,000 rows is asked for, of which nothing is known yet. The last line is one
JSON document for scripts.
"""

import argparse
import asyncio
import http.server
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
import urllib.request

CONNECTIONS = 16
PATH = "/v1/tron/anomalies"
HOUR = 3_600_000


def make_world(clew, folder, sizes):
    """A world of one history of each size; their addresses."""
    subprocess.run([clew, "simulate", "tron", "--out", folder, "--seed", "1"], check=True,
                   stdout=subprocess.DEVNULL)
    known = sorted({row["from"] for row in json.loads((folder / "trc20.json").read_text())["data"]})
    token = {"symbol": "SUSDT", "address": known[0], "decimals": 6, "name": "Simulated"}
    random.seed(1)
    rows, subjects = [], known[1:1 + len(sizes)]
    for subject, size in zip(subjects, sizes):
        others = [one for one in known[10:210] if one != subject]
        when = 1_700_000_000_000
        for _ in range(size):
            when += 3000 * random.randrange(1, 40_000_000 // size)
            pair = [subject, random.choice(others)]
            random.shuffle(pair)
            rows.append({"transaction_id": f"{random.getrandbits(256):064x}", "token_info": token,
                         "block_timestamp": when, "from": pair[0], "to": pair[1],
                         "type": "Transfer", "value": str(int(random.lognormvariate(17, 2)))})
    (folder / "trc20.json").write_text(json.dumps({"data": rows}))
    (folder / "sanctions.json").write_text("{}")
    return subjects, rows


def start(*command, **environment):
    """A server that prints its URL; and that URL."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, **environment})
    text = ""
    while not text.rstrip().endswith("}"):
        text += process.stdout.readline()
    return process, json.loads(text)["url"].rstrip("/")


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    return int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Asker:
    def __init__(self, url, key, question):
        self.host, self.port = url.removeprefix("http://").split(":")
        self.key, self.question = key, question
        self.latencies, self.bytes = [], 0

    def request(self, number):
        body = self.question(number).encode()
        return (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.key}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                ).encode() + body

    async def connection(self, due):
        reader, writer = await asyncio.open_connection(self.host, int(self.port), limit=1 << 24)
        while (job := await due.get()) is not None:
            number, moment = job
            writer.write(self.request(number))
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200") and not head.startswith(b"HTTP/1.0 200"):
                raise SystemExit(head.decode())
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            self.latencies.append(time.monotonic() - moment)
            self.bytes += length
        writer.close()

    async def run(self, rate, count):
        due = asyncio.Queue()
        asking = [asyncio.create_task(self.connection(due)) for _ in range(CONNECTIONS)]
        await asyncio.sleep(0.2)
        begin = time.monotonic()
        for number in range(count):
            moment = begin + number / rate
            if (wait := moment - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            due.put_nowait((number, moment))
        for _ in asking:
            due.put_nowait(None)
        await asyncio.gather(*asking)


def load(url, pid, key, question, rate, seconds):
    """Milliseconds at 500 requests a second, and CPU milliseconds of the server a request."""
    asker, before = Asker(url, key, question), cpu_seconds(pid)
    asyncio.run(asker.run(rate, rate * seconds))
    times = sorted(asker.latencies)
    return {"requests": len(times), "p50_ms": times[len(times) // 2] * 1e3,
            "p99_ms": times[int(len(times) * 0.99)] * 1e3, "worst_ms": times[-1] * 1e3,
            "cpu_ms": (cpu_seconds(pid) - before) / len(times) * 1e3,
            "bytes": asker.bytes // len(times)}


def numpy_tests(rows, subject):
    import numpy as np
    columns = {"time": np.array([r["block_timestamp"] // 1000 for r in rows]),
               "value": np.array([float(r["value"]) for r in rows]),
               "in": np.array([r["to"] == subject for r in rows])}

    def listed(row):
        moment = row["block_timestamp"] // 1000
        return {"id": row["transaction_id"], "from": row["from"], "to": row["to"],
                "amount": row["value"], "amount_decimal": str(int(row["value"]) / 1e6),
                "token": row["token_info"]["address"], "symbol": row["token_info"]["symbol"],
                "time": moment, "time_iso": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                          time.gmtime(moment))}

    def answer():
        z = (columns["value"] - columns["value"].mean()) / columns["value"].std()
        value = (z < -2) | (z > 3)
        close = np.zeros(len(z), bool)
        for side in (columns["in"], ~columns["in"]):
            places = np.flatnonzero(side)
            near = np.diff(columns["time"][places]) < 13000
            close[places[1:]] |= near
            close[places[:-1]] |= near
        return {name: {"score": found.mean() * 100,
                       "transactions": [listed(rows[i]) for i in np.flatnonzero(found)]}
                for name, found in (("value", value), ("transfers", close))}
    return answer


def peer(rows, subject):
    """The CPU milliseconds that an answer of the peer takes, asked by one client."""
    answer = numpy_tests([r for r in rows if subject in (r["from"], r["to"])], subject)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answer()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    child = os.fork()
    if child == 0:
        server.serve_forever()
    asker, before = Asker(f"http://127.0.0.1:{server.server_port}", "x", lambda _: "{}"), 0.0
    before = cpu_seconds(child)
    asyncio.run(asker.run(200, 1000))
    spent = (cpu_seconds(child) - before) / 1000 * 1e3
    os.kill(child, 9)
    os.waitpid(child, 0)
    return spent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clew")
    parser.add_argument("folder")
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    folder = pathlib.Path(given.folder)
    subprocess.run(["rm", "-rf", folder], check=True)
    folder.mkdir(parents=True)
    (small, large), rows = make_world(given.clew, folder / "world", (1000, 100_000))
    ledger = str(folder / "ledger")
    key = subprocess.run([given.clew, "--ledger", ledger, "keys", "add", "load"], check=True,
                         capture_output=True, text=True).stdout.strip()
    providers, provider = start(given.clew, "--json", "replay", str(folder / "world"), "--listen",
                                "127.0.0.1:0")
    server, url = start(given.clew, "--ledger", ledger, "--json", "serve", "--port", "0",
                        "--rate-per-second", "0", "--address-rate-per-second", "0",
                        "--log-file", str(folder / "log"), "--tron-fresh-seconds", "3600",
                        CLEW_TRON_URL=provider, CLEW_SANCTIONS_URL=provider,
                        CLEW_TRON_API_KEY="x", CLEW_SANCTIONS_API_KEY="x")

    def ask(address):
        begin = time.monotonic()
        request = urllib.request.Request(url + PATH, json.dumps({"address": address}).encode(),
                                         {"X-API-Key": key, "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            document = json.load(answer)
        assert document["history"]["complete"], document["history"]
        return time.monotonic() - begin, document["rows"]

    found = {"rate": given.rate}
    try:
        before = resident_megabytes(server.pid)
        found["first_call_s"], found["first_call_rows"] = ask(large)
        found["first_call_mb"] = resident_megabytes(server.pid) - before
        assert ask(small)[1] == 1000
        same = json.dumps({"address": small})
        found["same"] = load(url, server.pid, key, lambda _: same, given.rate, given.seconds)
        found["different"] = load(
            url, server.pid, key, lambda number: json.dumps(
                {"address": small, "value_coefficient": 0.3 + number * 1e-6}),
            given.rate, given.seconds)
        found["peer_cpu_ms"] = peer(rows, small)
    finally:
        server.terminate()
        providers.terminate()
        server.wait()
        providers.wait()
    print(f"{found['first_call_rows']} rows collected and answered in "
          f"{found['first_call_s']:.2f} s, {found['first_call_mb']:.0f} MB")
    for what in ("same", "different"):
        one = found[what]
        print(f"{given.rate}/s, {what} question: p50 {one['p50_ms']:.2f} ms, p99 "
              f"{one['p99_ms']:.2f} ms, worst {one['worst_ms']:.1f} ms; {one['cpu_ms']:.3f} CPU-ms "
              f"of the server, {one['bytes']} bytes")
    print(f"http.server and numpy, two of the tests: {found['peer_cpu_ms']:.3f} CPU-ms, "
          f"{found['peer_cpu_ms'] / found['different']['cpu_ms']:.1f}x")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
