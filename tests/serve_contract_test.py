#!/usr/bin/env python3
"""What `clew serve` promises in its OpenAPI document against what it does: Schemathesis makes up
requests that fit the document and such that do not, and judges every answer by it."""
import collections
import json
import os
import subprocess
import unittest

from support.program import ROOT, SANITIZED, SOAK, TempFolder, main
from support.replay import ReplayNode
from support.server import Server

PROGRAM = os.environ.get("CLEW_SCHEMATHESIS")
EXAMPLES = 500 if SOAK else 10 if SANITIZED else 40
ADDRESSES = 5
# Right also for what fits the schemas: 404 for a ledger that is not there, 422 for thresholds the
# wrong way round.
CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = [200, 404, 422]
[auth.openapi.bearer]
bearer = "{key}"
[auth.openapi.key]
api_key = "{key}"
"""


def need_schemathesis():
    if not PROGRAM or not os.access(PROGRAM, os.X_OK):
        raise unittest.SkipTest("NOT CHECKED: no Schemathesis (CLEW_SCHEMATHESIS names it; "
                                "`make test` gets it)")


class Contract(TempFolder):
    def setUp(self):
        super().setUp()
        need_schemathesis()
        self.world = self.folder / "world"
        self.clew = self.ledger()
        self.clew.json("simulate", "tron", "--out", self.world, "--seed", 1, "--users", 60,
                       "--days", 30)
        # So that there is a ledger to describe.
        self.clew.json("ingest", "transfers", self.world / "transfers.csv", "--chain", "tron")
        providers = ReplayNode(self.world)
        self.addCleanup(providers.stop)
        self.server = Server(self.clew.folder, "--rate-per-second", 0,
                             "--address-rate-per-second", 0,
                             environment={"CLEW_TRON_URL": providers.url,
                                          "CLEW_SANCTIONS_URL": providers.url})
        self.addCleanup(self.server.stop)

    def addresses(self):
        truth = json.loads((self.world / "world.json").read_text())
        return [one["address"] for one in truth["launderers"][:ADDRESSES]
                + truth["users"][:ADDRESSES]]

    def routes(self):
        """Of the document, those that any request can be answered with success."""
        return set(self.server.ask("/openapi.json").document["paths"]) - {"/v1/chains/{chain}"}

    def test_every_answer_is_as_promised(self):
        key = self.clew.json("keys", "add", "contract", "--scope", "admin")["key"]
        settings = self.folder / "schemathesis.toml"
        settings.write_text(CONFIGURATION.format(key=key))
        report = self.folder / "report.ndjson"
        done = subprocess.run(
            [PROGRAM, "--config-file", settings, "run", f"{self.server.url}/openapi.json",
             "--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "1",
             "--continue-on-failure", "--no-shrink", "--report-ndjson-path", report],
            capture_output=True, text=True, timeout=600, cwd=self.folder,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "support.contract_hooks",
                 "PYTHONPATH": str(ROOT / "tests"), "PYTHONDONTWRITEBYTECODE": "1",
                 "CLEW_CONTRACT_ADDRESSES": ",".join(self.addresses())})
        self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-2000:])
        routes = self.routes()
        self.server.stop()
        lines = [json.loads(line) for line in self.server.log]
        self.assertEqual([line for line in lines if line["status"] >= 500], [])
        seen = collections.Counter((line["route"], line["status"]) for line in lines)
        # It did get somewhere: into every route, and past the checks of the one that has many.
        self.assertLessEqual(routes, {route for route, status in seen if status == 200})
        for status in (200, 422):
            self.assertGreater(seen["/v1/tron/anomalies", status], EXAMPLES / 2, seen)


if __name__ == "__main__":
    main()
