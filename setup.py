"""Puts the course into the wheel. setuptools takes data from inside a package only; the course stands beside `app`, where trainers find it."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithCourse(build_py):
    """`app/course`, where app/settings.py looks for it, exists in what is built only."""

    def run(self) -> None:
        shutil.rmtree(self.build_lib, ignore_errors=True)  # setuptools would keep what an earlier build left there
        super().run()
        for folder in ("modules", "quizzes"):
            self.copy_tree(folder, str(Path(self.build_lib, "app", "course", folder)))


setup(cmdclass={"build_py": WithCourse})
