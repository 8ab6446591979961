#!/usr/bin/env python3
"""The client of nodes beside a real Ethereum node: what it asks for, the node understands."""
import os
import pathlib
import subprocess

from support.anvil import Anvil, need_anvil
from support.program import PROGRAM, TempFolder, main

TESTS = pathlib.Path(PROGRAM).parent / "node_tests"


class RealNode(TempFolder):
    def setUp(self):
        need_anvil()
        super().setUp()
        self.node = Anvil(self.folder)
        self.addCleanup(self.node.stop)

    def test_is_understood(self):
        first, second = self.node.accounts[:2]
        for value in (1, 10**18, 10**21):
            self.node.receipt(self.node.send(first, second, value))
        self.node.call("anvil_mine", hex(3))
        environment = dict(os.environ, CLEW_NODE_URL=self.node.url,
                           CLEW_NODE_PROCESS=str(self.node.process.pid))
        result = subprocess.run([TESTS, "--gtest_filter=RealNode.*"], env=environment,
                                capture_output=True, text=True, timeout=300)
        self.assertEqual(result.returncode, 0, result.stdout[-5000:] + result.stderr[-2000:])
        self.assertNotIn("SKIPPED", result.stdout)
        self.assertRegex(result.stdout, r"PASSED  \] [1-9]\d* tests")


if __name__ == "__main__":
    main()
