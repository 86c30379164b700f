#!/usr/bin/env python3
"""Makes relations.txt, the words by which a thing can be described, out of WordNet 3.0.

    relations.py WORDNET_FOLDER FREQUENT_WORDS > relations.txt

WORDNET_FOLDER holds data.noun, index.noun and so on (Debian: wordnet-base, /usr/share/wordnet). FREQUENT_WORDS has one
English word a line, the most frequent first. Needs the package snowballstemmer. A line of the result is a stem, how
seldom it is (0 to 9), and what it is related to, each with how closely (1 to 9): words of the same meaning, what it is a
kind or a part of, and the words of its definition.
"""
import math
import re
import sys
from collections import defaultdict

import snowballstemmer

KINDS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
ENDINGS = {
    "n": [("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")],
    "v": [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")],
    "a": [("er", ""), ("est", ""), ("er", "e"), ("est", "e")],
    "r": [],
}
# How close a pointer of WordNet brings two words: derived from, similar, kind of, part of, member of, entails, causes.
POINTERS = {"+": 0.9, "&": 0.8, "@": 0.7, "@i": 0.7, "~": 0.5, "%m": 0.5, "%p": 0.5, "#p": 0.5, "#m": 0.5, "*": 0.6, ">": 0.6, "\\": 0.8}
SENSES = 3
DEFINITION = 0.6
VOCABULARY = 24_000
MOST = 26

stem = snowballstemmer.stemmer("english").stemWord


class WordNet:
    def __init__(self, folder):
        self.meanings, self.senses, self.exceptions = {}, {}, {}
        for name, kind in KINDS.items():
            self.read_data(f"{folder}/data.{name}", kind)
            for line in open(f"{folder}/index.{name}", encoding="latin1"):
                if not line.startswith("  "):
                    fields = line.split()
                    at = 6 + int(fields[3])
                    self.senses[kind, fields[0]] = [(kind, key) for key in fields[at : at + int(fields[2])]]
            for line in open(f"{folder}/{name}.exc"):
                odd, plain = line.split()[:2]
                self.exceptions[kind, odd] = plain

    def read_data(self, path, kind):
        for line in open(path, encoding="latin1"):
            if line.startswith("  "):
                continue
            head, definition = line.split(" | ", 1)
            fields = head.split()
            count = int(fields[3], 16)
            words = [re.sub(r"\(.*\)", "", fields[4 + 2 * n]).lower() for n in range(count)]
            at = 4 + 2 * count
            pointers = []
            for n in range(int(fields[at])):
                sign, key, of, _ = fields[at + 1 + 4 * n : at + 5 + 4 * n]
                pointers.append((sign, ("a" if of == "s" else of, key)))
            self.meanings[kind, fields[0]] = (words, pointers, definition.strip().split('; "')[0])

    def lemmas(self, word):
        found = []
        for kind in "nvar":
            if (kind, word) in self.exceptions:
                found.append((kind, self.exceptions[kind, word]))
            elif (kind, word) in self.senses:
                found.append((kind, word))
            else:
                cut = (word[: -len(end)] + put for end, put in ENDINGS[kind] if word.endswith(end) and len(word) > len(end) + 1)
                found += [(kind, base) for base in cut if (kind, base) in self.senses][:1]
        doubled = re.fullmatch(r"(.*?)([bdgklmnprt])\2(ed|ing)", word)
        if not found and doubled and ("v", doubled[1] + doubled[2]) in self.senses:
            found = [("v", doubled[1] + doubled[2])]
        return found

    def related(self, word):
        for lemma in self.lemmas(word):
            for rank, sense in enumerate(self.senses.get(lemma, [])[:SENSES]):
                sure = 1.0 if rank == 0 else 0.85
                words, pointers, definition = self.meanings[sense]
                for other in words:
                    yield other, sure
                for sign, target in pointers:
                    for other in self.meanings[target][0][:4] if sign in POINTERS else []:
                        yield other, POINTERS[sign] * sure
                for other in re.findall(r"[a-z]+", definition.lower()):
                    yield other, DEFINITION * sure


def main(folder, frequent):
    function = set()
    for line in open(FUNCTION_WORDS):
        if not line.startswith("#"):
            function |= set(line.split())
    wordnet = WordNet(folder)
    rank, forms = {}, defaultdict(list)
    for at, word in enumerate(line.strip() for line in open(frequent)):
        if len(word) > 2 and word not in function and wordnet.lemmas(word):
            key = stem(word)
            rank.setdefault(key, at)
            forms[key].append(word)
    vocabulary = sorted(rank, key=rank.get)[:VOCABULARY]
    known = set(vocabulary)
    seldom = lambda key: min(1.0, max(0.0, (math.log(rank[key] + 50) - math.log(300)) / (math.log(20_000) - math.log(300))))
    for key in sorted(vocabulary):
        close = defaultdict(float)
        for word in forms[key]:
            for other, strength in wordnet.related(word):
                parts = other.split("_")
                for part in parts:
                    target = stem(part)
                    if part not in function and target in known and target != key:
                        close[target] = max(close[target], strength * (0.7 if len(parts) > 1 else 1.0))
        best = sorted(close, key=lambda target: -close[target] * (0.3 + seldom(target)))[:MOST]
        print(key, round(9 * seldom(key)), *(f"{target}{round(9 * close[target])}" for target in sorted(best)))


FUNCTION_WORDS = __file__.rsplit("/", 1)[0] + "/function_words.txt"
if __name__ == "__main__":
    main(*sys.argv[1:])
