"""Puts the course and the declarations into the wheel. setuptools takes data from inside a package only; they stand beside `app`, where people find them."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithCourse(build_py):
    """`app/course` and `app/docs`, where app/platform/settings/__init__.py looks for them, exist in what is built only."""

    def run(self) -> None:
        shutil.rmtree(self.build_lib, ignore_errors=True)  # setuptools would keep what an earlier build left there
        super().run()
        for folder in ("modules", "quizzes"):
            self.copy_tree(folder, str(Path(self.build_lib, "app", "course", folder)))
        for folder in ("docs/accessibilite", "docs/ecoconception"):
            self.copy_tree(folder, str(Path(self.build_lib, "app", folder)))


setup(cmdclass={"build_py": WithCourse})
