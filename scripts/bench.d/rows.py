"""rows.py large|small N FILE: makes rows to measure on, the same ones each time.

`large`: 3.8 KB, as generated and judged rows are: passage, question, answer, nested scores, the conversation again.
`small`: 140 bytes. What the figures depend on:

- every second row is written with `\\u` escapes, the others as UTF-8; a third have spaces after commas and colons
- a word in twenty is not ASCII, a word in thirty has line ends, quotes, backslashes or tabs
- `score` is even over 0 to 10, so that 7.5 keeps a quarter; it stands last but in every tenth row, where it is second
- one question in five is an earlier one again; one judged score in twenty is null or missing
"""

import json
import random
import sys

PLAIN = (
    "a after against all also and any are at baker because before below bread but by carries clock cold column "
    "copper corner does each engine evening every field first flour follows for from garden gives half harbour "
    "has heat held in into is it kernel ladder late lead left light long makes many mark measure memory mill "
    "morning most near never night no not number of often on one only or other over page paper part pattern press "
    "quarter rain reads river road rope rule salt second sets seven shape ship side signal slow small so some "
    "stands stone table takes than that the then there they thread three tide time to tower turns two under until "
    "valve wall warm was water weight what when where which while wind window winter with without wood work "
    "writes year"
).split()
FOREIGN = "crème über Øresund piñata Łódź été 水車 時計 서울 мельница хлеб κύμα שעון ½ € … ’ 🌊 🕰️ 𝛼".split()
ESCAPED = ['"so to speak"', "one\ntwo", ".\n\n", "D:\\mill\\log", "\tcell", 'if (x < "y")', "a\\b", '{"n": [0]}']
REPEATED = 20_000


class Rows:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.asked = []

    def text(self, least, most):
        count = self.random.randint(least, most)
        words = self.random.choices(PLAIN, k=count)
        for odds, others in ((0.05, FOREIGN), (0.033, ESCAPED)):
            for _ in range(int(count * odds + self.random.random())):
                words[self.random.randrange(count)] = self.random.choice(others)
        return " ".join(words)

    def number(self, digits):
        return round(self.random.uniform(0, 10), digits)

    def question(self, least, most):
        if self.asked and self.random.random() < 0.2:
            return self.random.choice(self.asked)
        question = self.text(least, most).capitalize() + "?"
        if len(self.asked) < REPEATED:
            self.asked.append(question)
        return question

    def judge(self):
        kind = self.random.random()
        score = {} if kind < 0.02 else {"score": None if kind < 0.05 else self.number(1)}
        return {"rubric": "general", **score, "reason": self.text(10, 40), "panel": ["first", "second"]}

    def large(self, number):
        score = {"score": self.number(2)}
        question, answer = self.question(8, 30), self.text(1, 70)
        row = {"id": f"{number:08x}", **(score if self.random.random() < 0.1 else {})}
        row |= {"question": question, "text": self.text(170, 680), "answer": answer}
        row["scores"] = {name: self.number(2) for name in ("helpfulness", "correctness", "clarity")}
        row["judge"] = self.judge()
        row["sdk"] = {"task": "qa", "parent": f"{self.random.getrandbits(64):016x}", "sample": number % 4, "cost": None}
        row["sdk"]["usage"] = {"input_tokens": self.random.randint(90, 999), "output_tokens": len(answer) // 4}
        row["messages"] = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        return row | score

    def small(self, number):
        question, answer = self.question(3, 8), self.text(1, 9)
        row = {"id": number, "question": question, "answer": answer, "judge": {"score": self.number(1)}}
        return row | {"score": self.number(2)}


def main():
    kind, count, path = sys.argv[1:]
    rows = Rows(seed=11)
    make = rows.large if kind == "large" else rows.small
    with open(path, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        for number in range(int(count)):
            separators = (", ", ": ") if number % 3 == 0 else (",", ":")
            file.write(json.dumps(make(number), ensure_ascii=number % 2 == 1, separators=separators) + "\n")


if __name__ == "__main__":
    main()
