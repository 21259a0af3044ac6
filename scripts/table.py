"""Prints the first rows of a judged file as a table: score, question, answer, cut to the terminal's width."""

import json
import shutil
import sys

ROWS = 10


def cell(text, width):
    """One line of exactly so many characters."""
    text = " ".join(str(text).split())
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)


def main():
    wide = shutil.get_terminal_size((100, 24)).columns
    part = max(10, (wide - 10) // 2)
    print("score  " + cell("question", part) + "  answer")
    with open(sys.argv[1], encoding="utf-8") as rows:
        for _, line in zip(range(ROWS), rows):
            row = json.loads(line)
            score = row.get("score")
            number = "–" if score is None else f"{score:g}"
            print(f"{number:>5}  {cell(row.get('question', ''), part)}  {cell(row.get('answer', ''), part)}".rstrip())


if __name__ == "__main__":
    main()
