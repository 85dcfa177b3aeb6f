# SPDX-License-Identifier: Apache-2.0
"""Our formats for pytsk3, which has a libtsk of its own inside and opens images by subclassing only.

>>> import pytsk3, discern.tsk
>>> fs = pytsk3.FS_Info(discern.tsk.Img_Info("floppy.imz"))
"""
from __future__ import annotations

from typing import Union

import pytsk3

from ._image import Path, Source, open as _open_image


class Img_Info(pytsk3.Img_Info):
    """An image of ours, or one of its views, where pytsk3 wants an Img_Info. A read that touches bytes that
    cannot be read raises OSError."""

    def __init__(self, image: Union[Path, Source]) -> None:
        if isinstance(image, Source):
            self._source = image
        else:
            with _open_image(image) as opened:
                self._source = opened.file_system_view()
        super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

    def close(self) -> None:
        self._source.close()

    def read(self, offset: int, length: int) -> bytes:
        return self._source.read_at(offset, length)

    def get_size(self) -> int:
        return self._source.size
