#!/usr/bin/env python3
"""Thousands of slow connections to `clew serve`, slow with head, body or answer: how long others
then wait."""
import http.client
import pathlib
import resource
import statistics
import subprocess
import sys
import time

from support.program import SANITIZED, SOAK, TempFolder, main
from support.server import Server

SLOW = 5000 if SOAK else 300 if SANITIZED else 1000
ROUNDS, REQUESTS = 5, 400
RATIO_MAX = 2
ATTEMPTS = 3  # other programs on the machine wait for nobody's measurement


class SlowClients(TempFolder):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.assertGreater(hard, SLOW + 100, "the system allows too few open files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        # With time enough that the slow are not simply thrown out.
        clew = self.ledger()
        self.server = Server(clew.folder, "--connections-max", SLOW + 100, "--read-seconds", 600,
                             "--idle-seconds", 600, "--grace-seconds", 0, "--rate-per-second", 0,
                             "--address-rate-per-second", 0)
        self.addCleanup(self.server.stop)
        self.key = clew.json("keys", "add", "user")["key"]

    def wait_of_others(self):
        """Milliseconds: the median over rounds of what 99 of 100 requests take at most."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        rounds = []
        for _ in range(ROUNDS):
            times = []
            for _ in range(REQUESTS):
                begun = time.perf_counter()
                connection.request("GET", "/v1/chains", headers={"X-API-Key": self.key})
                answer = connection.getresponse()
                answer.read()
                times.append(time.perf_counter() - begun)
                self.assertEqual(answer.status, 200)
            rounds.append(1000 * statistics.quantiles(times, n=100)[98])
        connection.close()
        return statistics.median(rounds)

    def with_slow_ones(self):
        """The same while they are there, and how many of them were to the end."""
        script = pathlib.Path(__file__).parent / "support" / "slow_clients.py"
        slow = subprocess.Popen([sys.executable, script, str(self.server.port), str(SLOW),
                                 self.key], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                text=True)
        try:
            self.assertEqual(slow.stdout.readline(), "ready\n")
            waited = self.wait_of_others()
            left, _ = slow.communicate("\n", timeout=60)
            return waited, int(left)
        finally:
            slow.kill()
            slow.wait()

    def test_others_do_not_wait_twice_as_long(self):
        self.wait_of_others()  # warm
        seen = []
        for _ in range(ATTEMPTS):
            alone = self.wait_of_others()
            beside, left = self.with_slow_ones()
            self.assertEqual(left, SLOW, "some were thrown out, so that they slowed nobody")
            seen.append(f"{beside:.2f} ms beside {SLOW} slow ones, {alone:.2f} ms without")
            print(seen[-1], file=sys.stderr)
            if beside < RATIO_MAX * alone:
                return
        self.fail("; ".join(seen))


if __name__ == "__main__":
    main()
