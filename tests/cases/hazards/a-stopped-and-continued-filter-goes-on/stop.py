import os
import signal
import subprocess
import sys
import time

tool = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
rows = [b'{"id":%d}\n' % n for n in range(1, 6)]
for row in rows:
    os.write(tool.stdin.fileno(), row)
    time.sleep(0.05)
    # A wait in a system call ends with EINTR.
    for sign in (signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH):
        tool.send_signal(sign)
        time.sleep(0.02)
tool.stdin.close()
found = tool.stdout.read()
print("all rows" if found == b"".join(rows) and tool.wait() == 0 else found)
