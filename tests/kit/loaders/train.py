"""train.py FILE …: reads files of training lines as TRL's trainers do, and prints what is trained on as JSON Lines.

The functions are TRL's own, which its trainers call before they count tokens; a line of keys or messages that no trainer
knows is an error there. The tokenizer is made here, for its chat template.
"""

import json
import sys

import datasets
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from trl.data_utils import apply_chat_template, is_conversational, maybe_extract_prompt

TEMPLATE = "{% for message in messages %}<{{ message.role }}>{{ message.content }}</{{ message.role }}>{% endfor %}"


def trained(path, tokenizer):
    for row in datasets.load_dataset("json", data_files=path)["train"]:
        if "chosen" in row:
            row = maybe_extract_prompt(row)
        yield apply_chat_template(row, tokenizer) if is_conversational(row) else row


def main(paths):
    datasets.disable_progress_bars()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()))
    tokenizer.chat_template = TEMPLATE + "{% if add_generation_prompt %}<assistant>{% endif %}"
    for path in paths:
        for row in trained(path, tokenizer):
            print(json.dumps(row, ensure_ascii=False))


main(sys.argv[1:])
