"""Serves the tiny model with llama.cpp's own HTTP server until stdin closes; prints its base URL first.

    python serve.py FOLDER [PORT]      (FOLDER gets the model file)
"""

import os
import sys

import tiny_model
import xllamacpp


def main():
    path = os.path.join(sys.argv[1], "tiny.gguf")
    tiny_model.write(path)
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = 4 * tiny_model.CONTEXT
    params.n_parallel = 4
    params.hostnames = ["127.0.0.1"]
    params.port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    params.warmup = False
    server = xllamacpp.Server(params)
    print(server.listening_address.rstrip("/") + "/v1", flush=True)
    sys.stdin.read()
    del server
    os._exit(0)


if __name__ == "__main__":
    main()
