# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import ctypes
import dataclasses
import errno
import io
import json
import os
import threading
import time
import weakref
from typing import Any, Iterator, Optional, Sequence, Union

from ._library import LIB, CEntry, CError, COpenOptions, Error, handle, text

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

# libtsk turns local times of FAT and ISO 9660 into UTC by the zone of the process.
_zone_lock = threading.Lock()


class Source(io.RawIOBase):
    """Bytes of the medium as a read-only file object: a view, or what a file holds.

    read() raises OSError (EIO) when any of the bytes asked for cannot be read. Threads may share a
    source through read_at(), which does not move the position and lets other threads run.
    """

    def __init__(self, pointer: int, name: str) -> None:
        super().__init__()
        self._pointer: Optional[int] = pointer
        self._finalizer = weakref.finalize(self, LIB.discern_source_close, pointer)
        self._position = 0
        self._size: int = LIB.discern_source_size(pointer)
        self.name = name
        self.sector_size: int = LIB.discern_source_sector_size(pointer)

    def __repr__(self) -> str:
        return f"<discern.Source {self.name!r} of {self._size} bytes>"

    def __len__(self) -> int:
        return self._size

    @property
    def size(self) -> int:
        """In bytes."""
        return self._size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._open()
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("seek before the start")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        got = self._read(self._position, memoryview(buffer).cast("B"))
        self._position += got
        return got

    def read_at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer only at the end."""
        if offset < 0 or length < 0:
            raise ValueError("negative offset or length")
        buffer = bytearray(min(length, max(self._size - offset, 0)))
        return bytes(memoryview(buffer)[: self._read(offset, memoryview(buffer))])

    def map(self, offset: int = 0, length: Optional[int] = None) -> Optional[memoryview]:
        """The bytes in place without a copy, or None when they are not in memory (compressed, or put
        together from sectors). The source stays open as long as the memoryview lives. Pages that fail
        while they are looked at read as zeros: failed() tells afterwards."""
        pointer = self._open()
        length = self._size - offset if length is None else length
        if offset < 0 or length < 0:
            raise ValueError("negative offset or length")
        if length == 0:
            return memoryview(b"")
        place = LIB.discern_source_map(pointer, offset, length)
        if not place:
            return None
        # A class of its own, so that the array can hold on to this object.
        array = type("Mapped", (ctypes.c_ubyte * length,), {}).from_address(place)
        array.source = self
        return memoryview(array).cast("B").toreadonly()

    def failed(self, offset: int = 0, length: Optional[int] = None) -> int:
        """How many bytes of the range are known by now to be unreadable."""
        length = self._size - offset if length is None else length
        return LIB.discern_source_failed(self._open(), offset, length)

    def close(self) -> None:
        if not self.closed:
            self._pointer = None
            self._finalizer()
        super().close()

    def _open(self) -> int:
        if self._pointer is None:
            raise ValueError("I/O operation on a closed source")
        return self._pointer

    def _read(self, offset: int, buffer: memoryview) -> int:
        pointer = self._open()
        if len(buffer) == 0:
            return 0
        error = CError()
        target = (ctypes.c_ubyte * len(buffer)).from_buffer(buffer)
        got = LIB.discern_source_read(pointer, offset, target, len(buffer), ctypes.byref(error))
        if got < 0:
            raise OSError(errno.EIO, error.text.decode("utf-8", "replace"), self.name)
        return got


@dataclasses.dataclass(frozen=True)
class Time:
    """kind: modified, accessed, changed, created ... `ns` counts from 1970-01-01 and is meaningful when
    `validity` is "ok"; with zone "unknown" it is the reading of a clock whose zone nobody recorded."""

    kind: str
    ns: int
    zone: str
    validity: str


@dataclasses.dataclass(frozen=True)
class Run:
    """Consecutive bytes of a file on the view; view_offset None: a hole."""

    file_offset: int
    length: int
    view_offset: Optional[int]


class _Listing:
    def __init__(self, pointer: int) -> None:
        self.pointer = pointer
        weakref.finalize(self, LIB.discern_listing_close, pointer)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A file system entry. `path_bytes` are the bytes as found; `path` is for people."""

    path_bytes: bytes
    id: str
    type: str
    state: str
    size: int
    volume_start: int
    link_target: str
    times: Sequence[Time]
    runs: Sequence[Run]
    _listing: _Listing = dataclasses.field(repr=False, compare=False)
    _number: int = dataclasses.field(repr=False, compare=False)

    @property
    def path(self) -> str:
        return self.path_bytes.decode("utf-8", "backslashreplace")

    def open(self) -> Source:
        """What the file holds."""
        return Source(handle(LIB.discern_listing_content, self._listing.pointer, self._number), self.path)


class Image:
    """Opened evidence. Use discern.open()."""

    def __init__(self, pointer: int, path: str) -> None:
        self._pointer: Optional[int] = pointer
        self._finalizer = weakref.finalize(self, LIB.discern_close, pointer)
        self.path = path
        self.info: dict[str, Any] = json.loads(text(LIB.discern_info, pointer))

    def __enter__(self) -> Image:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<discern.Image {self.path!r}, {self.format}>"

    def close(self) -> None:
        """Views and entries that are open stay open."""
        self._pointer = None
        self._finalizer()

    @property
    def format(self) -> str:
        return self.info["format"]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What is odd in the evidence: code, severity, where, text."""
        return self.info["findings"]

    def view(self, name: Optional[str] = None) -> Source:
        """The view of that name; without one that of the selector (`disc.cue#session=2`) or the main view."""
        pointer = self._open()
        shown = name if name is not None else LIB.discern_selected_view(pointer).decode()
        return Source(handle(LIB.discern_view, pointer, None if name is None else name.encode()), shown)

    def views(self) -> list[Source]:
        """All of them, the main one first."""
        return [self.view(row["name"]) for row in self.info["views"]]

    def file_system_view(self) -> Source:
        """Where programs that insist on a good boot sector look: the view "overlay" if there is one."""
        return self.view(LIB.discern_file_system_view(self._open()).decode())

    def entries(self, view: Optional[str] = None) -> Iterator[Entry]:
        """Entries of every file system, deleted ones included. Sets the time zone of the process to UTC
        while file systems are walked, and back."""
        listing = self._list(view)
        for number in range(LIB.discern_listing_size(listing.pointer)):
            row = CEntry()
            LIB.discern_listing_entry(listing.pointer, number, ctypes.byref(row))
            yield Entry(
                path_bytes=ctypes.string_at(row.path, row.path_length),
                id=row.id.decode(),
                type=row.type.decode(),
                state=row.state.decode(),
                size=row.size,
                volume_start=row.volume_start,
                link_target=row.link_target.decode("utf-8", "backslashreplace"),
                times=[Time(t.kind.decode(), t.time_ns, t.zone.decode(), t.validity.decode())
                       for t in row.times[: row.time_count]],
                runs=[Run(r.file_offset, r.length, None if r.view_offset < 0 else r.view_offset)
                      for r in row.runs[: row.run_count]],
                _listing=listing,
                _number=number,
            )

    def events(self, view: Optional[str] = None) -> Iterator[dict[str, Any]]:
        """Times of entries as events, sorted: the objects of `discern timeline`."""
        listing = self._list(view)
        for line in text(LIB.discern_listing_events, listing.pointer).splitlines():
            yield json.loads(line)

    def hashes(self, *algorithms: str) -> list[dict[str, Any]]:
        """Digests of every evidence file and view, computed now: the objects of `discern hash`. md5, sha1
        and sha256 unless others are named (sha512, sha3_256, crc32)."""
        wanted = ",".join(algorithms or ("md5", "sha1", "sha256")).encode()
        return [json.loads(line) for line in text(LIB.discern_hashes, self._open(), wanted).splitlines()]

    def _list(self, view: Optional[str]) -> _Listing:
        pointer = self._open()
        with _zone_lock:
            before = os.environ.get("TZ")
            os.environ["TZ"] = "UTC"
            time.tzset()
            try:
                return _Listing(handle(LIB.discern_list, pointer, None if view is None else view.encode()))
            finally:
                if before is None:
                    del os.environ["TZ"]
                else:
                    os.environ["TZ"] = before
                time.tzset()

    def _open(self) -> int:
        if self._pointer is None:
            raise Error("missing", f"{self.path}: is closed")
        return self._pointer


def open(path: Path, *, format: Optional[str] = None, entry: Optional[str] = None,
         password: Optional[str] = None, cache_folder: Optional[Path] = None,
         repaired: bool = False) -> Image:
    """Opens evidence, read-only. `path` may end in a selector: "disc.cue#session=2", "disc.cue#track=3",
    "floppy.img#view=overlay". Raises discern.Error."""

    def encoded(value: Optional[Path]) -> Optional[bytes]:
        return None if value is None else os.fsencode(value)

    options = COpenOptions(encoded(format), encoded(entry), encoded(password), encoded(cache_folder), int(repaired))
    return Image(handle(LIB.discern_open, os.fsencode(path), ctypes.byref(options)), os.fsdecode(path))
