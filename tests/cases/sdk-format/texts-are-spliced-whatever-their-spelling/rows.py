"""Rows with texts of every spelling, and the lines that they must become."""
import random

r = random.Random(1)
PIECES = ["a", "Zürich ", "é", "😀", r"\u00e9", r"\ud83d\ude00", r"\"", r"\\", r"\/", r"\n", r"\u0000", r"\ud800", "{", "]", ",", ":", " ", r"\\\"", "question", r'\"answer\":', "\u2028", "x" * 40]
text = lambda: '"%s"' % "".join(r.choice(PIECES) for _ in range(r.randrange(12)))
key = lambda name: r.choice(['"%s"' % name] * 4 + ['"\\u%04x%s"' % (ord(name[0]), name[1:])])
rows, chatml, alpaca = (open(name, "w", encoding="utf-8", newline="\n") for name in ("rows", "chatml", "alpaca"))
for n in range(4000):
    q, i, a = text(), text(), text()
    split = r.random() < 0.5
    names = [("instruction", q), ("input", i), ("output", a)] if split else [("question", q), ("answer", a)]
    if i == '""' or not split:
        user = q
    elif q == '""':
        user = None
    else:
        user = q[:-1] + r"\n\n" + i[1:]
    if user is None:
        continue
    pairs = [(key(name), value) for name, value in names] + [('"meta"', '{"question":"no","answer":["no"]}'), ('"id"', str(n)), ('"score"', "7.50")]
    r.shuffle(pairs)
    colon, comma = r.choice([(":", ","), (": ", ", "), (" :\t", " , ")])
    rows.write("{" + comma.join(k + colon + v for k, v in pairs) + "}\n")
    chatml.write('{"messages":[{"role":"user","content":%s},{"role":"assistant","content":%s}]}\n' % (user, a))
    alpaca.write('{"instruction":%s,"input":%s,"output":%s}\n' % (q, i if split else '""', a))
