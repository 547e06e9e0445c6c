"""Put this repository's bot into the wheel, for `python -m anzol new`. Everything else is in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
BOT = (ROOT / "anzol" / "template" / "files.txt").read_text(encoding="utf-8").split()


class BuildWithBot(build_py):
    """Build the package, and the bot's files into its `template/`."""

    def run(self) -> None:
        super().run()
        for name in () if self.editable_mode else BOT:
            target = Path(self.build_lib, "anzol", "template", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            self.copy_file(str(ROOT / name), str(target))

    def get_source_files(self) -> list[str]:
        return [*super().get_source_files(), *BOT]


setup(cmdclass={"build_py": BuildWithBot})
