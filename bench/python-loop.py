"""One fixed loop of what Python servers do all day: calls, attributes, dicts, text. Prints the version and the least of five times in ms."""

import platform
import time


class Counter:
    def __init__(self, start):
        self.start = start

    def plus(self, number):
        return self.start + number


def loop():
    begin = time.process_time()
    total, seen = 0, {}
    for number in range(300_000):
        total = Counter(number).plus(total) & 0xFFFF
        seen[total & 255] = (number, total)
        total += len(("%d:%s" % (number, "x")).split(":"))
        if isinstance(seen, dict) and total % 3:
            total ^= 5
    return time.process_time() - begin


print(platform.python_version(), min(loop() for _ in range(5)) * 1_000)
