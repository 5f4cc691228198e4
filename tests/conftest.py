"""What holds for all tests."""

import signal

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # so started in the background; tests send it to themselves
    signal.signal(signal.SIGINT, signal.default_int_handler)
