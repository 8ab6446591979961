"""What is in a ledger's folder: states to compare, and small disks that fill up."""
import os
import subprocess
import unittest


def files_of(folder):
    """Every file below a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


class Content:
    """What a ledger answers, without what depends on where it lies."""

    def __init__(self, ledger, probes=(), folder=None):
        """`folder`: where to write entities to, if not beside the ledger."""
        self.info = ledger.json("info")
        del self.info["directory"]
        self.answers = [ledger.json(*probe) for probe in probes]
        out = (folder or ledger.folder.parent) / f"content-of-{ledger.folder.name}.csv"
        self.entities = ledger.json("entities", "--out", out)
        del self.entities["out"]
        self.table = sorted(out.read_text().splitlines())
        out.unlink()

    def differences(self, other):
        """What is not the same, a sentence each; values are told as far as they are short."""
        found = [f"info {key}: {self.info.get(key)}, not {other.info.get(key)}"
                 for key in self.info.keys() | other.info.keys()
                 if self.info.get(key) != other.info.get(key)]
        found += [f"answer: {one}, not {two}"[:1000]
                  for one, two in zip(self.answers, other.answers) if one != two]
        if self.entities != other.entities:
            found.append(f"entities: {self.entities}, not {other.entities}"[:2000])
        odd = set(self.table) ^ set(other.table)
        if odd or len(self.table) != len(other.table):
            found.append(f"table of entities: {len(odd)} rows differ, as {sorted(odd)[:3]}")
        return found


class SmallDisk:
    """A file system in memory of a few megabytes, for a test that may mount one."""

    def __init__(self, test, folder, megabytes):
        self.folder = folder
        folder.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        try:
            done = subprocess.run(words, capture_output=True, text=True)
        except OSError as error:
            raise unittest.SkipTest(f"NOT CHECKED: a full disk: {error}")
        if done.returncode != 0:
            raise unittest.SkipTest(f"NOT CHECKED: a full disk: {done.stderr.strip()}")
        test.addCleanup(subprocess.run, ["umount", "-l", str(folder)], check=True)

    def resize(self, megabytes):
        subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(self.folder)], check=True)

    def free(self):
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_frsize
