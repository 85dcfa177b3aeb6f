# SPDX-License-Identifier: Apache-2.0
"""Says that the wheel holds a library and is of one platform; all else is in pyproject.toml."""
from setuptools import Distribution, setup


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


setup(distclass=WithLibrary)
