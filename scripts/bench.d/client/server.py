"""The server that everybody asks: sdk-stub --lean, a process of its own, which costs less than any client."""

import subprocess


class Server:
    """`url` while the `with` lasts."""

    def __init__(self, program, *flags):
        self.command = [program, *flags]

    def __enter__(self):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(self.command, stdin=pipe, stdout=pipe, stderr=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.said = ""
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.said = self.process.stderr.read()
        self.process.wait()
