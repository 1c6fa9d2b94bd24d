"""What calls the kernels: the few instructions that a model's own function is made of.

WebAssembly Core Specification, 5.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from converters.wasm.binary import signed, sized, unsigned

I32, F32 = 0x7F, 0x7D
END, UNREACHABLE, CALL = b"\x0b", b"\x00", b"\x10"
_I32_CONST, _F32_CONST, _MEMORY_FILL = b"\x41", b"\x43", b"\xfc\x0b\x00"
NO_PARAMETERS = b"\x60\x00\x00"
"""The type of a function that takes nothing and gives nothing."""
LEFT_OUT = sized(b"\x00" + UNREACHABLE + END)
"""The body of a function that is never called."""


def number(value: int) -> bytes:
    """A whole number or an address of 32 bits."""
    return _I32_CONST + signed(value)


def call(function: int, arguments: Iterable[int]) -> bytes:
    """A call of the function with that number."""
    return b"".join(map(number, arguments)) + CALL + unsigned(function)


def fill(target: int, value: int, count: int) -> bytes:
    """`memset`."""
    return b"".join(map(number, (target, value, count))) + _MEMORY_FILL


def body(parts: Iterable[bytes]) -> bytes:
    """A function without variables of its own."""
    return sized(b"\x00" + b"".join(parts) + END)


def constant(value: int | float) -> bytes:
    """A global that never changes: whole numbers as i32, others as f32."""
    if isinstance(value, int):
        return bytes([I32, 0]) + number(value) + END
    return bytes([F32, 0]) + _F32_CONST + struct.pack("<f", value) + END
