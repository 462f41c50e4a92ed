"""Writes what the tests compare the encoder with: vectors of the network as it was published, and the cuts of `tokenizers`.

    python golden.py ../encoder.bin ../../../tests/it/data/meaning        # after rebuild.py, with the same packages
"""
import hashlib
import json
import os
import struct
import sys

import numpy as np

from rebuild import calibration, ids_of, reference, source, tokenizer

STRINGS = 5000
RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x5C7), (0x620, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1E00, 0x1FFF),
    (0x2000, 0x206F), (0x20A0, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xFB00, 0xFFFF),
    (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF),
]  # fmt: skip


class Dice:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def part(dice, lines, odd):
    """One part of a string; `Dice` and this are the same in the test."""
    kind = dice.below(4)
    if kind == 0:
        line = lines[dice.below(len(lines))]
        start = dice.below(len(line))
        return line[start : start + 1 + dice.below(40)]
    if kind == 1:
        return odd[dice.below(len(odd))]
    if kind == 2:
        first, last = RANGES[dice.below(len(RANGES))]
        return "".join(chr(first + dice.below(last - first + 1)) for _ in range(1 + dice.below(5)))
    return "".join(chr((97 if dice.below(2) else 65) + dice.below(26)) for _ in range(1 + dice.below(9)))


def string(seed, lines, odd):
    dice = Dice(seed)
    return "".join(part(dice, lines, odd) + (" " if dice.below(2) else "") for _ in range(1 + dice.below(10)))


def kept(vector):
    """As the program keeps a vector."""
    scale = np.float32(np.abs(vector).max() / 127)
    return struct.pack("<f", scale) + np.rint(vector / scale).astype(np.int8).tobytes()


def vocabulary(file):
    with open(file, "rb") as f:
        count, length = struct.unpack("<8xII", f.read(16))
        return f.read(length).decode().split("\n")[:count]


def main(file, folder):
    weights, pieces = source()
    with open(os.path.join(folder, "texts.txt"), encoding="utf-8") as f:
        texts = f.read().rstrip("\n").split("\n")
    vectors = reference(weights, ids_of(tokenizer(pieces), pieces, texts))
    with open(os.path.join(folder, "vectors.bin"), "wb") as f:
        f.write(b"".join(map(kept, vectors)))

    cut = vocabulary(file)
    with open(os.path.join(folder, "odd.json"), encoding="utf-8") as f:
        odd = json.load(f)
    lines = calibration()
    strings = [string(seed, lines, odd) for seed in range(STRINGS)]
    with open(os.path.join(folder, "tokens.bin"), "wb") as f:
        for ids in ids_of(tokenizer(cut), cut, strings):
            f.write(hashlib.sha256(np.array(ids, "<u4").tobytes()).digest()[:4])


if __name__ == "__main__":
    main(*sys.argv[1:])
