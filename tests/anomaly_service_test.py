#!/usr/bin/env python3
"""The anomaly service on TRON as its users run it: `clew serve` and `clew tron anomalies` on
providers that `clew replay` makes of a simulated world, well-behaved and not."""
import http.client
import json
import time

from support.program import DATA_ERROR, OK, SANITIZED, USAGE, TempFolder, main
from support.replay import ReplayNode
from support.server import Server

KEY = "provider's key"
PATH = "/v1/tron/anomalies"
REFUSAL_SECONDS = 1 if not SANITIZED else 20
GROWTH_MAX = 64 << 20
DEFAULTS = {"minimum_threshold": -2, "maximum_threshold": 3, "time_difference": 13000,
            "value_coefficient": 0.3, "transfers_coefficient": 0.4, "hiding_coefficient": 0.5,
            "relation_coefficient": 0.6}


class ServiceTest(TempFolder):
    def setUp(self):
        super().setUp()
        self.world = self.folder / "world"
        self.clew = self.ledger()
        self.clew.json("simulate", "tron", "--out", self.world, "--seed", 3, "--users", 40,
                       "--days", 60)
        self.truth = json.loads((self.world / "world.json").read_text())
        self.rows = json.loads((self.world / "trc20.json").read_text())["data"]
        self.address = next(one["address"] for one in self.truth["launderers"]
                            if one["role"] == "mule")

    def provide(self, *options):
        node = ReplayNode(self.world, *options, command=("env", f"CLEW_REPLAY_KEY={KEY}"))
        self.addCleanup(node.stop)
        self.environment = {"CLEW_TRON_URL": node.url, "CLEW_TRON_API_KEY": KEY,
                            "CLEW_SANCTIONS_URL": node.url, "CLEW_SANCTIONS_API_KEY": KEY}
        return node

    def serve(self, *options, **environment):
        server = Server(self.clew.folder, *options,
                        environment={**self.environment, **environment})
        self.addCleanup(server.stop)
        self.key = self.clew.json("keys", "add", f"k{time.monotonic_ns()}")["key"]
        return server

    def post(self, server, body, headers=()):
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        return server.ask(PATH, self.key, "POST", body,
                          {"Content-Type": "application/json", **dict(headers)})

    def history(self, address):
        return [row for row in self.rows if address in (row["from"], row["to"])]


class Answers(ServiceTest):
    def test_the_request_that_its_users_know(self):
        self.provide()
        server = self.serve()
        answer = self.post(server, {"address": self.address, **DEFAULTS})
        self.assertEqual(answer.status, 200, answer.body)
        said = answer.document
        rows = self.history(self.address)
        self.assertEqual((said["address"], said["rows"]), (self.address, len(rows)))
        self.assertTrue(said["history"]["complete"])
        weights = {name: DEFAULTS[f"{name}_coefficient"] for name in said["tests"]}
        self.assertEqual(set(weights), {"value", "transfers", "hiding", "relation"})
        total = sum(weights[name] * test["score"] for name, test in said["tests"].items())
        self.assertAlmostEqual(said["weighted_sum"], total)
        self.assertAlmostEqual(said["danger_score"], total / sum(weights.values()))
        known = {row["transaction_id"]: row for row in rows}
        for name, test in said["tests"].items():
            self.assertEqual(test["coefficient"], weights[name])
            self.assertEqual(len(test["transactions"]), test["anomalous"])
            for listed in test["transactions"]:
                row = known[listed["id"]]
                self.assertEqual((listed["from"], listed["to"], listed["amount"], listed["time"]),
                                 (row["from"], row["to"], row["value"],
                                  row["block_timestamp"] // 1000))
                self.assertEqual(listed["time_iso"], time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime(listed["time"])))

    def test_the_command_line_says_the_same(self):
        self.provide()
        server = self.serve()
        served = self.post(server, {"address": self.address, **DEFAULTS}).document
        words = [word for name, value in DEFAULTS.items()
                 for word in ("--" + name.replace("_", "-"), value)]
        said = self.clew.json("tron", "anomalies", self.address, *words, env=self.environment)
        self.assertEqual(said, served)
        shown = self.clew.text("tron", "anomalies", self.address, env=self.environment)
        for word in ("danger", "activity", "amounts", "hiding"):
            self.assertIn(word, shown)

    def test_an_address_of_a_ledger(self):
        self.clew.text("ingest", "transfers", self.world / "transfers.csv", "--chain", "tron")
        self.clew.text("labels", "import", *sorted((self.world / "labels").iterdir()))
        self.provide()
        said = self.clew.json("anomalies", self.address)
        asked = self.clew.json("tron", "anomalies", self.address, env=self.environment)
        self.assertEqual(said["rows"], asked["rows"])
        for name in ("value", "transfers", "hiding", "relation"):
            self.assertEqual(said["tests"][name]["score"], asked["tests"][name]["score"], name)
        self.clew.text("anomalies", "T" + "1" * 33, code=USAGE)

    def test_an_address_without_history(self):
        self.provide()
        said = self.post(self.serve(), {"address": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"}).document
        self.assertEqual((said["rows"], said["danger_score"]), (0, 0))

    def test_a_world_of_bitcoin_and_one_of_ethereum(self):
        for chain, option in (("bitcoin", "--blocks"), ("ethereum", "--blocks")):
            world = self.folder / chain
            self.clew.json("simulate", chain, "--out", world, option, 200)
        self.clew.text("ingest", "bitcoin", self.folder / "bitcoin")
        node = ReplayNode(self.folder / "ethereum")
        self.addCleanup(node.stop)
        self.clew.text("ingest", "evm", node.url)
        theft = json.loads((self.folder / "bitcoin" / "world.json").read_text())["thefts"][0]
        output = self.clew.json("--chain", "bitcoin", "tx", theft["txids"][0])["outputs"][0]
        said = self.clew.json("--chain", "bitcoin", "anomalies", output["address"])
        self.assertGreater(said["rows"], 0)
        self.assertIsNotNone(said["tests"]["relation"]["not_run"])
        theft = json.loads((self.folder / "ethereum" / "world.json").read_text())["thefts"][0]
        moved = self.clew.json("transfers", "--chain", "ethereum", "--tx",
                               theft["transactions"][0])["transfers"][0]
        said = self.clew.json("--chain", "ethereum", "anomalies", moved["to"])
        self.assertGreater(said["rows"], 0)


class Providers(ServiceTest):
    def test_their_keys_may_stand_in_a_file(self):
        self.provide()
        (self.folder / ".env").write_text(
            "# keys\n" + "".join(f'export {name}="{value}"\n'
                                 for name, value in self.environment.items()))
        said = self.clew.json("tron", "anomalies", self.address, cwd=self.folder)
        self.assertTrue(said["history"]["complete"])
        shown = self.clew.json("config", "show", cwd=self.folder)["settings"]
        self.assertEqual(shown["tron-api-key"],
                         {"value": "********", "from": ".env file CLEW_TRON_API_KEY"})

    def test_a_wrong_key_is_said(self):
        self.provide()
        self.environment["CLEW_SANCTIONS_API_KEY"] = "wrong"
        server = self.serve()
        said = self.post(server, {"address": self.address}).document
        self.assertIsNone(said["tests"]["relation"]["score"])
        self.assertTrue(said["tests"]["relation"]["not_run"])
        self.assertIsNotNone(said["danger_score"])
        self.environment["CLEW_TRON_API_KEY"] = "wrong"
        other = self.serve()
        user = self.truth["users"][0]["address"]
        answer = self.post(other, {"address": user})
        self.assertEqual((answer.status, answer.document["type"]),
                         (502, "urn:chainclew:problem:provider-failed"))
        self.assertIn("does not help", answer.document["detail"])
        self.assertIn("CLEW_TRON_API_KEY",
                      self.clew.error("tron", "anomalies", user, code=USAGE, env=self.environment))
        for one in (server, other):
            one.stop()
            self.assertNotIn("wrong", "".join(one.log).replace("wrong-", ""))

    def test_nobody_is_asked_twice_for_a_row(self):
        node = self.provide()
        server = self.serve("--tron-fresh-seconds", 0, "--answer-seconds", 4)
        first = self.post(server, {"address": self.address}).document
        node.stop()
        answer = self.post(server, {"address": self.address})
        again = answer.document
        self.assertEqual(again["rows"], first["rows"])
        self.assertFalse(again["history"]["complete"])
        self.assertTrue(again["history"]["missing"])

    def test_misbehaving_ones(self):
        faults = [word for name in ("outage", "half", "wrong-type", "html", "repeated-rows",
                                    "shuffled-rows") for word in ("--fault", f"{name}=0.05")]
        self.provide(*faults)
        said = self.clew.run("--json", "tron", "anomalies", self.address, "--patience", 60,
                             env=self.environment)
        document = json.loads(said.stdout)
        if document["history"]["complete"]:
            self.assertEqual(document["rows"], len(self.history(self.address)))
            self.assertEqual(said.returncode, OK)
        else:
            self.assertTrue(document["history"]["missing"])
            self.assertEqual(said.returncode, DATA_ERROR)

    def test_none(self):
        self.environment = {}
        answer = self.post(self.serve(), {"address": self.address})
        self.assertEqual(answer.status, 503)
        self.assertGreater(int(answer.headers["Retry-After"]), 1)
        self.assertIn("CLEW_TRON_URL", answer.document["detail"])
        self.clew.text("tron", "anomalies", self.address, code=USAGE)


class Secrets(ServiceTest):
    def test_stand_nowhere(self):
        node = self.provide("--fault", "half=0.2", "--fault", "html=0.2")
        self.environment["CLEW_TRON_API_KEY"] = "canary-tron"
        self.environment["CLEW_SANCTIONS_API_KEY"] = "canary-sanctions"
        self.environment["CLEW_TRON_URL"] = node.url.rstrip("/") + "/canary-path"
        server = self.serve("--answer-seconds", 2)
        said = [self.post(server, {"address": self.address}),
                self.post(server, {"address": "canary"}),
                server.ask("/canary?canary=canary", self.key),
                server.ask("/canary", "canary"),
                server.ask("/metrics", self.key), server.ask("/ready"),
                server.ask("/openapi.json")]
        shown = self.clew.text("config", "show", env=self.environment)
        server.stop()
        shown_json = self.clew.text("--json", "config", "show", env=self.environment)
        everywhere = [shown, shown_json, *server.log, *(answer.body.decode() for answer in said)]
        for text in everywhere:
            self.assertNotIn("canary", text)
            self.assertNotIn(self.key.split("_")[2], text)
        for file in self.clew.folder.iterdir():
            self.assertNotIn(b"canary", file.read_bytes(), file)
        self.assertEqual((self.clew.folder / "keys.sqlite").stat().st_mode & 0o777, 0o600)


class Refusals(ServiceTest):
    def setUp(self):
        super().setUp()
        self.provide()
        self.server = self.serve("--rate-per-second", 0)
        self.assertEqual(self.post(self.server, {"address": self.address}).status, 200)

    def refused(self, body, *places, status=422, headers=()):
        before, begun = self.server.resident_bytes, time.monotonic()
        answer = self.post(self.server, body, headers)
        self.assertLess(time.monotonic() - begun, REFUSAL_SECONDS)
        self.assertLess(self.server.resident_bytes - before, GROWTH_MAX)
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        if places:
            self.assertEqual([error["pointer"] for error in answer.document["errors"]],
                             list(places))

    def test_wrong_fields_are_named(self):
        good = {"address": self.address, **DEFAULTS}
        broken = self.address[:-1] + ("1" if self.address[-1] != "1" else "2")
        for field, value in (("address", broken), ("address", 7), ("address", ""),
                             ("address", "x" * 1000), ("minimum_threshold", 4),
                             ("minimum_threshold", "low"), ("maximum_threshold", None),
                             ("time_difference", -1), ("time_difference", 0.5),
                             ("value_coefficient", -0.1), ("relation_coefficient", [1]),
                             ("unknown", 1)):
            self.refused({**good, field: value}, f"/{field}")
        self.refused({}, "/address")
        self.refused([], "")

    def test_what_is_no_json(self):
        address = f'{{"address": "{self.address}"'
        for body in ("", "{", "NaN", address + ', "value_coefficient": NaN}',
                     address + ', "value_coefficient": 1e999}',
                     address + f', "address": "{self.address}"}}', b"\xff"):
            self.refused(body, *[""] if body == "" else [], status=400)
        self.refused(address + ', "value_coefficient": NaN}', "/value_coefficient", status=400)
        self.refused("[" * 100_000 + "]" * 100_000, status=400)
        self.refused(json.dumps({"address": self.address}), status=415,
                     headers={"Content-Type": "text/plain"})

    def test_a_body_of_a_gigabyte(self):
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.putrequest("POST", PATH)
            for name, value in (("X-API-Key", self.key), ("Content-Type", "application/json"),
                                ("Content-Length", str(1 << 30))):
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            self.assertEqual(answer.status, 413)
        finally:
            connection.close()
        self.assertLess(time.monotonic() - begun, REFUSAL_SECONDS)

    def test_an_object_of_many_keys(self):
        many = "{" + ",".join(f'"k{i}":1' for i in range(60_000)) + "}"
        self.refused(many)
        self.refused("{" + ",".join(f'"k{i}":1' for i in range(1_000_000)) + "}", status=413)


if __name__ == "__main__":
    main()
