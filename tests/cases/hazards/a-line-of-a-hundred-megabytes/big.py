import os
import resource
import subprocess

SIZE = 100_000_000
SMALL = b'{"score":9,"p":"y"}\n'
with open("rows", "wb") as out:
    out.write(SMALL + b'{"score":9,"p":"')
    for _ in range(SIZE // 1_000_000):
        out.write(b"x" * 1_000_000)
    out.write(b'"}\n' + SMALL)
for jobs in "14":
    run = subprocess.run("sdk-filter -q -j %s '.score > 5' rows | cmp - rows" % jobs, shell=True)
    print("same" if run.returncode == 0 else "other")
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
if os.uname().sysname == "Linux" and most > 2.5 * SIZE:
    print("at most", most, "bytes of memory")
