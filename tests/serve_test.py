#!/usr/bin/env python3
"""`clew serve` from outside: keys, answers, refusals, limits, and an orderly end."""
import concurrent.futures
import gzip
import json
import re
import signal
import socket
import time

from support.program import DATA_ERROR, OK, SANITIZED, USAGE, TempFolder, main
from support.server import Server, read_all

# What the contract says, and what slow machines and sanitizers get.
REFUSAL_SECONDS = 1 if not SANITIZED else 20
GROWTH_MAX = 64 << 20
# More than the second after which the server has written what keys have left.
KEPT_SECONDS = 2.5
KEY = re.compile(r"clew_[0-9a-f]{12}_[0-9a-f]{64}")


class ServeTest(TempFolder):
    def setUp(self):
        super().setUp()
        self.ledgers = self.ledger()

    def serve(self, *options, **how):
        server = Server(self.ledgers.folder, *options, **how)
        self.addCleanup(server.stop)
        return server

    def key(self, name="test", scope="read"):
        return self.ledgers.json("keys", "add", name, "--scope", scope)["key"]

    def refused(self, answer, status, problem):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.document["type"], f"urn:chainclew:problem:{problem}")
        self.assertEqual(answer.document["instance"].rsplit(":", 1)[1],
                         answer.headers["X-Request-Id"])


class Keys(ServeTest):
    def test_are_shown_once_and_listed_without_secret(self):
        printed = self.ledgers.text("keys", "add", "partner", "--scope", "write").strip()
        self.assertRegex(printed, f"^{KEY.pattern}$")
        listed = self.ledgers.json("keys", "list")["keys"]
        self.assertEqual([(k["name"], k["scope"], k["revoked"]) for k in listed],
                         [("partner", "write", None)])
        self.assertEqual(listed[0]["id"], printed.split("_")[1])
        self.assertNotIn(printed.split("_")[2], self.ledgers.text("keys", "list"))
        for file in self.ledgers.folder.iterdir():
            self.assertNotIn(printed.split("_")[2].encode(), file.read_bytes(), file)

    def test_refusals(self):
        self.key("a")
        self.ledgers.text("keys", "add", "a", code=USAGE)
        self.ledgers.text("keys", "add", "b", "--scope", "root", code=USAGE)
        self.ledgers.text("keys", "revoke", "nobody", code=DATA_ERROR)
        self.assertEqual(self.ledger("empty").json("keys", "list")["keys"], [])

    def test_work_at_once_and_stop_at_once(self):
        server = self.serve()
        self.refused(server.ask("/v1/chains"), 401, "no-key")
        key = self.key()
        self.assertEqual(server.ask("/v1/chains", key).document, {"chains": []})
        self.assertEqual(server.ask("/v1/chains", headers={"X-API-Key": key}).status, 200)
        self.ledgers.text("keys", "revoke", "test")
        self.refused(server.ask("/v1/chains", key), 401, "no-key")

    def test_survive_a_kill_of_the_server(self):
        server = self.serve()
        key = self.key()
        self.assertEqual(server.ask("/v1/chains", key).status, 200)
        self.assertEqual(server.stop(signal.SIGKILL), -signal.SIGKILL)
        self.assertEqual(self.serve().ask("/v1/chains", key).status, 200)


class Answers(ServeTest):
    def test_chains(self):
        self.ledgers.text("simulate", "bitcoin", "--out", self.folder / "world", "--blocks", 200)
        self.ledgers.text("ingest", "bitcoin", self.folder / "world")
        server, key = self.serve(), self.key()
        told = self.ledgers.json("info")["bitcoin"]
        chain = server.ask("/v1/chains", key).document["chains"][0]
        self.assertEqual(chain, {"name": "bitcoin", "kind": "outputs",
                                 **{k: told[k] for k in ("network", "blocks", "transactions",
                                                         "tip", "snapshot")}})
        self.assertEqual(server.ask("/v1/chains/bitcoin", key).document, chain)
        self.refused(server.ask("/v1/chains/nowhere", key), 404, "not-found")
        self.refused(server.ask("/v1/chains/..%2F", key), 404, "not-found")

    def test_its_own_state(self):
        server, key = self.serve(), self.key()
        self.assertEqual(server.ask("/health").document, {"status": "alive"})
        self.assertEqual(server.ask("/ready").document, {"status": "ready"})
        packed = server.ask("/openapi.json", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        document = json.loads(gzip.decompress(packed.body))
        self.assertEqual(document["openapi"], "3.1.0")
        self.refused(server.ask("/metrics"), 401, "no-key")
        metrics = server.ask("/metrics", key)
        self.assertIn('clew_requests_total{method="GET",route="/health",status="200"} 1\n',
                      metrics.body.decode())

    def test_every_described_route_denies_by_default(self):
        server = self.serve("--address-rate-per-second", 0)
        revoked = self.ledgers.json("keys", "add", "gone")["key"]
        self.ledgers.text("keys", "revoke", "gone")
        name, number, secret = revoked.split("_")
        keys = (None, "", "x", revoked, f"{name}_{number}_{'0' * len(secret)}", f"{name}_{number}_",
                self.ledger("elsewhere").json("keys", "add", "stranger")["key"])
        paths = server.ask("/openapi.json").document["paths"]
        self.assertGreater(len(paths), 5)
        for path, methods in paths.items():
            for method, operation in methods.items():
                where = path.replace("{", "").replace("}", "")
                for key in keys:
                    answer = server.ask(where, key, method=method.upper())
                    if operation["security"]:
                        self.refused(answer, 401, "no-key")
                    else:
                        self.assertEqual(answer.status, 200, path)

    def test_packed_bodies_are_refused_unopened(self):
        server, key = self.serve(), self.key()
        bomb = gzip.compress(b"[" * (1 << 20))
        answer = server.ask("/v1/tron/anomalies", key, "POST", bomb,
                            {"Content-Type": "application/json", "Content-Encoding": "gzip"})
        self.refused(answer, 415, "wrong-media-type")

    def test_methods_and_ids(self):
        server = self.serve()
        answer = server.ask("/health", method="POST")
        self.refused(answer, 405, "wrong-method")
        self.assertEqual(answer.headers["Allow"], "GET, HEAD, OPTIONS")
        self.assertEqual(server.ask("/health", method="OPTIONS").status, 204)
        self.assertEqual(server.ask("/health", method="HEAD").body, b"")
        answer = server.ask("/health", headers={"X-Request-Id": "mine-1"})
        self.assertEqual(answer.headers["X-Request-Id"], "mine-1")

    def test_logs_without_secrets(self):
        server, key = self.serve(), self.key()
        server.ask("/v1/chains", key, headers={"X-Request-Id": "one"})
        server.ask("/v1/chains/canary?canary", "canary", headers={"X-Request-Id": "two"})
        server.stop()
        lines = {line["id"]: line for line in map(json.loads, server.log)}
        self.assertEqual(lines["one"]["key"], key.split("_")[1])
        self.assertEqual((lines["one"]["status"], lines["one"]["route"]), (200, "/v1/chains"))
        self.assertEqual(lines["two"]["problem"], "no-key")
        text = "".join(server.log)
        self.assertNotIn("canary", text)
        self.assertNotIn(key.split("_")[2], text)


class Limits(ServeTest):
    def flatly(self, server, work):
        """Runs it in time, without the server growing."""
        before, begun = server.resident_bytes, time.monotonic()
        outcome = work()
        self.assertLess(time.monotonic() - begun, REFUSAL_SECONDS)
        self.assertLess(server.resident_bytes - before, GROWTH_MAX)
        return outcome

    def send_endlessly(self, server, key, promised, block=b"[" * 65536):
        """Sends a body until the answer begins; what was answered."""
        connection = server.raw()
        with connection:
            connection.sendall(b"GET /v1/chains HTTP/1.1\r\nHost: a\r\nX-API-Key: " +
                               key.encode() + b"\r\nContent-Length: %d\r\n\r\n" % promised)
            connection.setblocking(False)
            sent = 0
            while sent < promised:
                try:
                    sent += connection.send(block[:promised - sent])
                except BlockingIOError:
                    pass
                except (BrokenPipeError, ConnectionResetError):
                    break
                try:
                    if connection.recv(1, socket.MSG_PEEK):
                        break
                except BlockingIOError:
                    pass
            connection.setblocking(True)
            return read_all(connection)

    def test_a_body_of_a_gigabyte(self):
        server, key = self.serve(), self.key()
        server.ask("/v1/chains", key)
        said = self.flatly(server, lambda: self.send_endlessly(server, key, 1 << 30))
        self.assertTrue(said.startswith(b"HTTP/1.1 413"), said[:200])
        said = self.flatly(server, lambda: self.send_endlessly(server, "x", 1 << 30))
        self.assertTrue(said.startswith(b"HTTP/1.1 401"), said[:200])

    def test_slow_clients(self):
        server = self.serve("--read-seconds", 0.3)
        connection = server.raw()
        with connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nX: ")
            said = self.flatly(server, lambda: read_all(connection))
        self.assertTrue(said.startswith(b"HTTP/1.1 408"), said[:200])
        self.assertEqual(server.ask("/health").status, 200)

    def test_many_slow_clients_leave_room_for_others(self):
        server = self.serve("--connections-max", 600)
        slow = [server.raw() for _ in range(500)]
        try:
            for connection in slow:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nX: ")
            for _ in range(20):
                self.assertEqual(server.ask("/health").status, 200)
        finally:
            for connection in slow:
                connection.close()

    def test_large_heads(self):
        server = self.serve()
        self.refused(server.ask("/health", headers={"X": "x" * 20000}), 431, "head-too-large")

    def test_rates(self):
        server = self.serve("--rate-per-second", 0.01, "--rate-burst", 3)
        key, other = self.key("a"), self.key("b")
        statuses = [server.ask("/v1/chains", key).status for _ in range(4)]
        self.assertEqual(statuses, [200, 200, 200, 429])
        answer = server.ask("/v1/chains", key)
        self.refused(answer, 429, "too-many-requests")
        self.assertGreater(int(answer.headers["Retry-After"]), 1)
        self.assertEqual(server.ask("/v1/chains", other).status, 200)

    def test_rates_survive_a_kill(self):
        limits = ("--rate-per-second", 0.01, "--rate-burst", 3)
        server, key, other = self.serve(*limits), self.key("a"), self.key("b")
        self.assertEqual([server.ask("/v1/chains", key).status for _ in range(4)],
                         [200, 200, 200, 429])
        self.assertEqual(server.ask("/v1/chains", other).status, 200)
        time.sleep(KEPT_SECONDS)
        self.assertEqual(server.stop(signal.SIGKILL), -signal.SIGKILL)
        server = self.serve(*limits)
        self.refused(server.ask("/v1/chains", key), 429, "too-many-requests")
        self.assertEqual([server.ask("/v1/chains", other).status for _ in range(3)],
                         [200, 200, 429])
        server.stop()
        self.refused(self.serve(*limits).ask("/v1/chains", other), 429, "too-many-requests")

    def test_rates_of_addresses(self):
        server = self.serve("--address-rate-per-second", 0.01, "--address-rate-burst", 3)
        key = self.key()
        statuses = [server.ask("/v1/chains", given).status for given in (None, "wrong", key)]
        self.assertEqual(statuses, [401, 401, 200])
        for path, given in (("/v1/chains", key), ("/v1/chains", None), ("/ready", None)):
            answer = server.ask(path, given)
            self.refused(answer, 429, "too-many-requests")
            self.assertGreater(int(answer.headers["Retry-After"]), 1)
        self.assertEqual(server.ask("/health").status, 200)

    def test_overload_is_refused_and_passes(self):
        server = self.serve("--workers", 1, "--at-work-max", 1, "--rate-per-second", 0,
                            "--address-rate-per-second", 0)
        key = self.key()
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: server.ask("/v1/chains", key), range(400)))
        self.assertLessEqual({answer.status for answer in answers}, {200, 503})
        for answer in answers:
            if answer.status == 503:
                self.refused(answer, 503, "overloaded")
                self.assertEqual(answer.headers["Retry-After"], "1")
        self.assertEqual(server.ask("/v1/chains", key).status, 200)


class Life(ServeTest):
    def test_ends_in_order(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            server = self.serve()
            self.assertEqual(server.ask("/health").status, 200)
            idle = server.raw()
            self.assertEqual(server.stop(how), OK)
            idle.close()

    def test_refuses_what_it_cannot_use(self):
        self.ledgers.text("serve", "--port", "65536", code=USAGE)
        self.ledgers.text("serve", "--address", "nowhere", code=USAGE)
        self.ledgers.text("serve", "--tls-key", "x", code=USAGE)
        server = self.serve()
        self.ledgers.text("serve", "--port", server.port, code=DATA_ERROR)

    def test_settings_come_from_somewhere(self):
        file = self.folder / "clew.toml"
        file.write_text("[serve]\nport = 1\nthreads = 2\nworkers = 3\n")
        shown = self.ledgers.json("config", "show", "--config", file, "--workers", 5,
                                  env={"CLEW_SERVE_THREADS": "4"})["settings"]
        self.assertEqual(shown["port"], {"value": "1", "from": f"file {file}: port"})
        self.assertEqual(shown["threads"],
                         {"value": "4", "from": "environment CLEW_SERVE_THREADS"})
        self.assertEqual(shown["workers"], {"value": "5", "from": "flag --workers"})
        self.assertEqual(shown["address"], {"value": "127.0.0.1", "from": "default"})
        file.write_text("[serve]\nprot = 1\n")
        wrong = self.ledgers.run("config", "show", "--config", file)
        self.assertEqual(wrong.returncode, USAGE)
        self.assertIn("did you mean port?", wrong.stderr)


if __name__ == "__main__":
    main()
