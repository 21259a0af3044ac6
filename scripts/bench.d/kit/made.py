"""What is made to be measured on: a file of pairs as synthetic-data-kit writes it, and a document of many chunks."""

import json

QUESTION = "Which of the gates of lock {} holds back the water when the river is {} metres high?"
ANSWER = "It is the lower gate of chamber {}, which was built of oak – “so sagt man” – and closes {} minutes before noon. "


def pairs(path, count):
    """About 400 bytes a pair, 79 MB of 200,000."""
    found = [
        {"question": QUESTION.format(n, n % 40), "answer": (ANSWER.format(n, n % 59) * (1 + n % 3)).strip()}
        for n in range(count)
    ]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"summary": "Locks and their gates.", "qa_pairs": found}, file, indent=2)
    return path


def document(path, chunks):
    """As many paragraphs, each too long to share a chunk of 4,000 characters with another."""
    sentence = "Sentence {} of paragraph {} says how high the water stands behind the gate"
    paragraph = lambda number: ". ".join(sentence.format(at, number) for at in range(46))
    path.write_text("\n\n".join(map(paragraph, range(chunks))) + "\n", encoding="utf-8")
    return path
