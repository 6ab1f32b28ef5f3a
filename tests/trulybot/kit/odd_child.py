"""A child process that does what it is told, however odd: run by test_child.py, by its path."""

import logging
import os
import sys
import time

import msgspec

from trulybot.kit.confinement import confine
from trulybot.kit.parent import ToParent, parent_of_this_process


def main() -> None:
    confine(256 * 1024 * 1024)
    parent = parent_of_this_process()
    logging.getLogger().addHandler(ToParent(parent))
    for call in parent.calls():
        argument = msgspec.msgpack.decode(call.arguments)
        match call.verb:
            case "echo":
                parent.answer(call.number, argument)
            case "pid":
                parent.answer(call.number, os.getpid())
            case "environment":
                parent.answer(call.number, sorted(os.environ))
            case "refuse":
                parent.refuse(call.number, "odd", "I would rather not.")
            case "print":
                print(argument)
                print(argument, file=sys.stderr)
                parent.answer(call.number, True)
            case "log":
                logging.getLogger("trulybot.odd").warning(argument)
                logging.getLogger("a.library").warning("It read: %s", argument)
                parent.answer(call.number, True)
            case "exit":
                os._exit(int(argument))
            case "sleep":
                time.sleep(argument)
                parent.answer(call.number, True)
            case "eat":
                eaten = bytearray(int(argument))
                parent.answer(call.number, len(eaten))
            case "babble":
                os.write(parent._answers.fileno(), b"\xff\xff\xff\xff nonsense")
            case "silence":
                pass


main()
