# SPDX-License-Identifier: Apache-2.0
"""libdiscern-c.so by ctypes; discern/c.h says what each function does."""
from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import POINTER, Structure, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p


class Error(Exception):
    """What discern cannot do. `code` is one of missing, io, corrupt, unsupported, ambiguous, limit ..."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class CError(Structure):
    _fields_ = [("code", c_char * 32), ("text", c_char * 1024), ("offset", c_int64)]

    def raised(self) -> Error:
        return Error(self.code.decode(), self.text.decode("utf-8", "replace"))


class COpenOptions(Structure):
    _fields_ = [("format", c_char_p), ("entry", c_char_p), ("password", c_char_p),
                ("cache_folder", c_char_p), ("repaired", c_int)]


class CTime(Structure):
    _fields_ = [("kind", c_char_p), ("zone", c_char_p), ("validity", c_char_p), ("time_ns", c_int64)]


class CRun(Structure):
    _fields_ = [("file_offset", c_uint64), ("length", c_uint64), ("view_offset", c_int64)]


class CEntry(Structure):
    _fields_ = [("path", c_void_p), ("path_length", c_size_t), ("id", c_char_p), ("state", c_char_p),
                ("link_target", c_char_p), ("size", c_uint64), ("volume_start", c_uint64),
                ("times", POINTER(CTime)), ("time_count", c_size_t),
                ("runs", POINTER(CRun)), ("run_count", c_size_t), ("type", c_char)]


_E = POINTER(CError)
_FUNCTIONS = {
    "discern_version": (c_char_p, []),
    "discern_free": (None, [c_void_p]),
    "discern_open": (c_void_p, [c_char_p, POINTER(COpenOptions), _E]),
    "discern_close": (None, [c_void_p]),
    "discern_info": (c_void_p, [c_void_p, _E]),
    "discern_hashes": (c_void_p, [c_void_p, c_char_p, _E]),
    "discern_selected_view": (c_char_p, [c_void_p]),
    "discern_file_system_view": (c_char_p, [c_void_p]),
    "discern_view": (c_void_p, [c_void_p, c_char_p, _E]),
    "discern_source_close": (None, [c_void_p]),
    "discern_source_size": (c_uint64, [c_void_p]),
    "discern_source_sector_size": (c_uint32, [c_void_p]),
    "discern_source_read": (c_int64, [c_void_p, c_uint64, c_void_p, c_size_t, _E]),
    "discern_source_map": (c_void_p, [c_void_p, c_uint64, c_size_t]),
    "discern_source_failed": (c_uint64, [c_void_p, c_uint64, c_uint64]),
    "discern_list": (c_void_p, [c_void_p, c_char_p, _E]),
    "discern_listing_close": (None, [c_void_p]),
    "discern_listing_size": (c_size_t, [c_void_p]),
    "discern_listing_entry": (c_int, [c_void_p, c_size_t, POINTER(CEntry)]),
    "discern_listing_content": (c_void_p, [c_void_p, c_size_t, _E]),
    "discern_listing_events": (c_void_p, [c_void_p, _E]),
    "discern_listing_findings": (c_void_p, [c_void_p, _E]),
}


def _load() -> ctypes.CDLL:
    beside = pathlib.Path(__file__).with_name("libdiscern-c.so")
    named = os.environ.get("DISCERN_LIBRARY")
    library = ctypes.CDLL(named or (str(beside) if beside.exists() else "libdiscern-c.so.0"))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


LIB = _load()


def version() -> str:
    """Of the library."""
    return LIB.discern_version().decode()


def handle(function, *arguments) -> int:
    """The pointer that `function` returns; raises Error when it is null."""
    error = CError()
    pointer = function(*arguments, ctypes.byref(error))
    if not pointer:
        raise error.raised()
    return pointer


def text(function, *arguments) -> str:
    """The text that `function` returns, which is ours to free."""
    pointer = handle(function, *arguments)
    try:
        return ctypes.string_at(pointer).decode("utf-8", "replace")
    finally:
        LIB.discern_free(pointer)
