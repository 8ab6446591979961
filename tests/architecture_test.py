#!/usr/bin/env python3
"""Holds the includes of src/ against the data flow of docs/architecture.md.

A room may include itself and the rooms to its left. Prints every edge that points the wrong way.
"""
import pathlib
import re
import sys
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "src"

# Every room with the rooms whose headers it may include.
MAY_INCLUDE = {
    "base": [],
    "net": ["base"],
    "sqlite": ["base"],
    "chain": ["base"],
    "ledger": ["base", "chain"],
    "ingest": ["base", "net", "sqlite", "chain", "ledger"],
    "labels": ["base", "sqlite", "chain", "ledger"],
    "graph": ["base", "chain", "ledger"],
    "detect": ["base", "chain", "ledger", "ingest", "labels", "graph"],
    "serve": ["base", "net", "sqlite", "chain", "ledger", "ingest", "labels", "graph", "detect"],
    "apps": ["base", "net", "sqlite", "chain", "ledger", "ingest", "labels", "graph", "detect",
             "serve"],
}


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#include "([^"]+)"', line)
        if found:
            yield number, found.group(1)


class Architecture(unittest.TestCase):
    def test_includes_point_left(self):
        wrong = []
        for path in sorted(SOURCE.rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            room = path.relative_to(SOURCE).parts[0]
            self.assertIn(room, MAY_INCLUDE, f"{path}: a folder that is no room")
            # Tests and what only they include may use anything, as they sit beside many rooms.
            if "_test" in path.name:
                continue
            for number, included in includes(path):
                target = included.split("/")[0]
                if target != room and target not in MAY_INCLUDE[room]:
                    wrong.append(f"{path.relative_to(SOURCE)}:{number} includes {included}")
        self.assertEqual(wrong, [], "\n".join(["includes that point the wrong way:"] + wrong))

    def test_no_cycles_within_a_room(self):
        graph = {}
        for path in SOURCE.rglob("*.h"):
            name = str(path.relative_to(SOURCE))
            graph[name] = [i for _, i in includes(path) if (SOURCE / i).exists()]
        state = {}

        def visit(node, trail):
            if state.get(node) == "done":
                return
            self.assertNotEqual(state.get(node), "open", " -> ".join(trail + [node]))
            state[node] = "open"
            for target in graph.get(node, []):
                visit(target, trail + [node])
            state[node] = "done"

        for node in sorted(graph):
            visit(node, [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
