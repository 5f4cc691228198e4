"""Run `python -m tierlang` as the command `tier`."""

from tierlang.cli.main import run

if __name__ == "__main__":
    run()
