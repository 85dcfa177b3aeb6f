# SPDX-License-Identifier: Apache-2.0
"""Raw disk and disc images as evidence.

>>> import discern
>>> with discern.open("floppy.imz") as image:
...     print(image.format, [view.name for view in image.views()])
...     for entry in image.entries():
...         print(entry.state, entry.path, entry.size)

Nothing is ever written to evidence. What cannot be read raises OSError (EIO): no zeros stand for it.
"""
from ._image import Entry, Image, Run, Source, Time, open  # noqa: A004
from ._library import Error, version

__all__ = ["Entry", "Error", "Image", "Run", "Source", "Time", "open", "version"]
__version__ = version()
