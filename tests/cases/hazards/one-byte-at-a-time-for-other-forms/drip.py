import os
import sys
import time

for byte in open(sys.argv[1], "rb").read():
    os.write(1, bytes([byte]))
    time.sleep(0.0005)
