"""Writes a llama GGUF of random weights: two layers, a byte vocabulary, about half a megabyte.

Its words are noise; what the tests need of it is a real tokenizer, a real grammar and a real server. Plain noise would
hold broken UTF-8 and never end, so two things are written into the weights. One place of the embedding is the same for
every token, and there the output layer holds how common a sign is: small letters and spaces, a closing quote now and
then, never a raw byte. And each letter of CHAIN likes to be followed by the next, so that at any temperature, even 0, a
string ends after a few dozen letters and free text too.
"""

import sys

import gguf
import numpy

WIDTH, LAYERS, INNER, HEADS, CONTEXT = 64, 2, 128, 4, 8192
COMMON = dict(zip("etaoinsrhldcumfpgwybvk", [12, 9, 8, 8, 7, 7, 6, 6, 6, 4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1]))
COMMON.update({"\u2581": 18, '"': 3, "</s>": 2})
CHAIN = ["\u2581", *"etaoinsrhld", '"', "</s>"]


def vocabulary():
    """Tokens as (text, score, type): three specials, the bytes, the printable characters."""
    kind = gguf.TokenType
    tokens = [("<unk>", 0.0, kind.UNKNOWN), ("<s>", 0.0, kind.CONTROL), ("</s>", 0.0, kind.CONTROL)]
    tokens += [(f"<0x{byte:02X}>", 0.0, kind.BYTE) for byte in range(256)]
    letters = ["\u2581"] + [chr(code) for code in range(0x21, 0x7F)]
    tokens += [(letter, -1.0 - place, kind.NORMAL) for place, letter in enumerate(letters)]
    return tokens


def leaning(text, kind):
    """How much likelier than a rare sign a token is, as a logarithm."""
    if kind in (gguf.TokenType.BYTE, gguf.TokenType.UNKNOWN) or text in ("<s>", "\\"):
        return -30.0
    return float(numpy.log(COMMON.get(text, 0.02)))


def write(path, seed=0):
    """The same seed gives the same bytes."""
    random = numpy.random.default_rng(seed)
    tokens = vocabulary()
    out = gguf.GGUFWriter(path, "llama")
    out.add_name("tiny-random")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(INNER)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_vocab_size(len(tokens))
    out.add_tokenizer_model("llama")
    out.add_token_list([text for text, _, _ in tokens])
    out.add_token_scores([score for _, score, _ in tokens])
    out.add_token_types([kind for _, _, kind in tokens])
    out.add_unk_token_id(0)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)

    def noise(*shape, scale=0.2):
        return (random.standard_normal(shape) * scale).astype(numpy.float32)

    ones = numpy.ones(WIDTH, dtype=numpy.float32)
    embedding, output = noise(len(tokens), WIDTH, scale=1.0), noise(len(tokens), WIDTH, scale=0.1)
    steady = embedding[:, 0] = numpy.sqrt(WIDTH)
    after_norm = 1 / numpy.sqrt(2)
    output[:, 0] = [leaning(text, kind) / (steady * after_norm) for text, _, kind in tokens]
    place = {text: number for number, (text, _, _) in enumerate(tokens)}
    apart, _ = numpy.linalg.qr(random.standard_normal((WIDTH - 1, len(CHAIN))))
    embedding[[place[text] for text in CHAIN], 1:] = apart.T * numpy.sqrt(WIDTH)
    for before, after in zip(CHAIN, CHAIN[1:]):
        output[place[after], 1:] += 4.0 / (WIDTH * after_norm) * embedding[place[before], 1:]
    out.add_tensor("token_embd.weight", embedding)
    out.add_tensor("output.weight", output)
    out.add_tensor("output_norm.weight", ones)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        out.add_tensor(block + "attn_norm.weight", ones)
        out.add_tensor(block + "ffn_norm.weight", ones)
        for name in ("attn_q", "attn_k", "attn_v"):
            out.add_tensor(f"{block}{name}.weight", noise(WIDTH, WIDTH))
        out.add_tensor(block + "attn_output.weight", noise(WIDTH, WIDTH, scale=0.01))
        out.add_tensor(block + "ffn_gate.weight", noise(INNER, WIDTH))
        out.add_tensor(block + "ffn_up.weight", noise(INNER, WIDTH))
        out.add_tensor(block + "ffn_down.weight", noise(WIDTH, INNER, scale=0.01))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    write(sys.argv[1])
