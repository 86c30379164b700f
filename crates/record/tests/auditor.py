"""Checks an export of a record. Written from docs/record-format.md alone, with the standard library alone.

Usage: auditor.py EXPORT PUBLIC_KEY [EARLIER_CHECKPOINT_NOTE]. Exits with 0 when sound, 3 when something is wrong.
"""
import base64, datetime, hashlib, json, re, sys

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519, RFC 8032
D = -121665 * pow(121666, P - 2, P) % P


def add(p, q):  # points in extended coordinates, RFC 8032 section 5.1.4
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        q, p, n = add(q, p) if n & 1 else q, add(p, p), n >> 1
    return q


def point(b):
    y, sign = int.from_bytes(b, "little") & 2**255 - 1, b[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x if x * x % P == x2 else x * pow(2, (P - 1) // 4, P) % P
    assert y < P and x * x % P == x2 and (x or not sign), "not a point of the curve"
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def signed(public, text, sig):
    s, k = int.from_bytes(sig[32:], "little"), int.from_bytes(hashlib.sha512(sig[:32] + public + text).digest(), "little")
    base, r, a = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")), point(sig[:32]), point(public)
    left, right = times(s, base), add(r, times(k % L, a))
    return s < L and all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(text, size):
    raw = base64.b64decode(text, validate=True)
    assert len(raw) == size and base64.b64encode(raw).decode() == text, "not base64 of the right length"
    return raw


def name(text):
    return len(text.encode()).to_bytes(8, "big") + text.encode()


def micros(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text, re.ASCII), "not a time"
    since = datetime.datetime.fromisoformat(text[:-1]) - datetime.datetime(1970, 1, 1)
    return since // datetime.timedelta(microseconds=1)


class Tree:
    def __init__(self):
        self.stack, self.size = [], 0

    def push(self, leaf):
        height, self.size = 0, self.size + 1
        while self.stack and self.stack[-1][0] == height:
            height, leaf = height + 1, sha(b"\1", self.stack.pop()[1], leaf)
        self.stack.append((height, leaf))

    def root(self):
        hashes = [h for _, h in self.stack] or [sha()]
        while len(hashes) > 1:
            right = hashes.pop()
            hashes[-1] = sha(b"\1", hashes[-1], right)
        return hashes[0]


def read_note(note, key):  # the origin, size and root that a key signed
    keyname, key_id, material = key.split("+", 2)
    public = b64(material, 33)
    assert public[0] == 1 and sha(keyname.encode(), b"\n", public)[:4].hex() == key_id, "not the key it says"
    match = re.fullmatch(r"(([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n)\n\u2014 ([^ \n]+) ([^ \n]+)\n", note, re.ASCII)
    assert match and match[5] == match[2] == keyname, "not a checkpoint of this key"
    sig = b64(match[6], 68)
    assert sig[:4].hex() == key_id and signed(public[1:], match[1].encode(), sig[4:]), "the signature does not fit"
    return match[2], int(match[3]), b64(match[4], 32)


def read_line(raw, members):
    assert raw.endswith(b"\n"), "the line does not end"
    line = json.loads(raw)
    assert isinstance(line, dict) and list(line) == members, "not the members of such a line"
    assert (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode() == raw, "not canonical"
    return line


def read_entry(raw, seq, full):  # the entry, its leaf hash
    e = read_line(raw, "seq at kind by stream erases commitment leaf salt body erased".split())
    assert type(e["seq"]) is int and e["seq"] == seq, f"number {e['seq']} stands in place {seq}"
    assert type(e["erases"]) is bool and type(e["erased"]) is bool, "not a flag"
    if e["salt"] is not None or e["body"] is not None:
        made = sha(b"forewarn-record/1 commitment\n", b64(e["salt"], 32), e["body"].encode())
        assert made == b64(e["commitment"], 32), "the body is not the one recorded"
    assert e["body"] is None if e["erased"] else full == (e["body"] is not None), "the body is not as announced"
    names = name(e["kind"]) + name(e["by"]) + name(e["stream"])
    at = micros(e["at"]).to_bytes(8, "big", signed=True)
    numbers = seq.to_bytes(8, "big") + at + bytes([e["erases"]])
    leaf = sha(b"\0forewarn-record/1 leaf\n", numbers, names, b64(e["commitment"], 32))
    assert leaf == b64(e["leaf"], 32), "the leaf hash does not fit the fields"
    return e, leaf


def audit(lines, key, earlier):
    assert len(lines) >= 2, "no header or no checkpoint"
    head = read_line(lines[0], ["format", "origin", "carries"])
    assert head["format"] == "forewarn-record/1" and head["carries"] in ("full", "proof"), "not this format"
    tree, last, unaccounted, erased = Tree(), "", set(), 0
    roots = {0: tree.root()}
    for seq, raw in enumerate(lines[1:-1]):
        e, leaf = read_entry(raw, seq, head["carries"] == "full")
        assert e["at"] >= last, f"entry {seq} is older than the one before it"
        last, erased = e["at"], erased + e["erased"]
        unaccounted -= {e["stream"]} if e["erases"] else set()
        unaccounted |= {e["stream"]} if e["erased"] else set()
        tree.push(leaf)
        if earlier and tree.size == earlier[1]:
            roots[tree.size] = tree.root()
    assert not unaccounted, "bodies are missing that no entry says were erased"
    signed_state = read_note(read_line(lines[-1], ["checkpoint"])["checkpoint"], key)
    assert signed_state == (head["origin"], tree.size, tree.root()), "the entries are not those that were signed"
    if earlier:
        assert earlier[0] == head["origin"] and roots.get(earlier[1]) == earlier[2], "not what the record held earlier"
    return f"sound: {tree.size} entries, {erased} erased"


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        content = file.readlines()
    try:
        print(audit(content, sys.argv[2], read_note(sys.argv[3], sys.argv[2]) if len(sys.argv) > 3 else None))
    except (AssertionError, ValueError, TypeError, AttributeError, RecursionError) as wrong:
        print(f"WRONG: {wrong}")
        sys.exit(3)
