"""Writes a row and the beginning of the next, and waits for the first before it writes on."""
import os
import select
import subprocess
import sys

tool = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
for n in range(1, 6):
    row = '{"id":%d,"q":"%s"}\n' % (n, "x" * 100)
    # The first five bytes of this row were written with the one before.
    os.write(tool.stdin.fileno(), (row if n == 1 else row[5:]).encode() + b'{"id"')
    found = b""
    while not found.endswith(b"\n"):
        if not select.select([tool.stdout], [], [], 30)[0]:
            sys.exit("row %d did not arrive" % n)
        some = os.read(tool.stdout.fileno(), 65536)
        if not some:
            sys.exit("it ended")
        found += some
    if found.decode() != row:
        sys.exit("found %r" % found)
os.write(tool.stdin.fileno(), b':6}')
tool.stdin.close()
rest = tool.stdout.read()
print("each row arrived before the next was written" if rest == b'{"id":6}\n' and tool.wait() == 0 else rest)
