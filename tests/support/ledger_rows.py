"""All that the ledger of an account chain holds, as the test program `ledger_rows` prints it."""
import os
import pathlib
import subprocess

from support.program import PROGRAM

ROWS = os.environ.get("CLEW_LEDGER_ROWS") or str(pathlib.Path(PROGRAM).parent / "ledger_rows")


def rows_of(ledger, chain="ethereum"):
    """Its rows, none if there is no such ledger. Two ledgers of the same blocks have the same."""
    if not (ledger.folder / chain).exists():
        return []
    done = subprocess.run([ROWS, str(ledger.folder / chain)], capture_output=True, text=True,
                          timeout=600)
    if done.returncode != 0:
        raise AssertionError(f"ledger_rows {ledger.folder}: {done.stderr}")
    return done.stdout.splitlines()
