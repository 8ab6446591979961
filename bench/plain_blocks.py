#!/usr/bin/env python3
"""Copies block files without their XOR key and zero tail: plain_blocks.py FROM_FOLDER TO_FOLDER.
The peers get these, so that only we pay for undoing the key."""

import pathlib
import sys

CHUNK = 1 << 20  # a multiple of the key's length, so that the key starts anew with each chunk


def plain(path, key):
    mask = int.from_bytes(key * (CHUNK // len(key)), "little")
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            number = int.from_bytes(chunk, "little") ^ (mask & ((1 << 8 * len(chunk)) - 1))
            yield number.to_bytes(len(chunk), "little")


def end_of_records(data):
    """Where the last record ends; behind it a node leaves zeros for blocks to come."""
    at = 0
    while at + 8 <= len(data) and data[at:at + 4] == data[:4]:
        at += 8 + int.from_bytes(data[at + 4:at + 8], "little")
    return at


def main(source, target):
    source, target = pathlib.Path(source), pathlib.Path(target)
    target.mkdir(parents=True, exist_ok=True)
    key_file = source / "xor.dat"
    key = key_file.read_bytes() if key_file.exists() else bytes(8)
    for path in sorted(source.glob("blk*.dat")):
        data = b"".join(plain(path, key))
        (target / path.name).write_bytes(memoryview(data)[:end_of_records(data)])


if __name__ == "__main__":
    main(*sys.argv[1:])
