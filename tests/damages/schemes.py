"""Files of one scheme under the name of another."""

from __future__ import annotations

from damages.damage import Damage, swapped

INT8, UINT8 = "tflite-int8", "tfjs-uint8"

SCHEMES = [
    Damage(
        "float16 called int8",
        INT8,
        swapped(INT8, "tflite-float16"),
        "are float16, float32 in and out; scheme int8 means int8, int8 in and out",
    ),
    Damage(
        "float32 called dynamic",
        "tflite-dynamic",
        swapped("tflite-dynamic", "tflite-float32"),
        "are float32, float32 in and out; scheme dynamic means int8, float32 in and out",
    ),
    Damage(
        "int8 called int16x8",
        "tflite-int16x8",
        swapped("tflite-int16x8", INT8),
        "are int8, int8 in and out; scheme int16x8 means int8, int16 in and out",
    ),
    Damage(
        "dynamic called int8",
        INT8,
        swapped(INT8, "tflite-dynamic"),
        "are int8, float32 in and out; scheme int8 means int8, int8 in and out",
    ),
    Damage(
        "dynamic called float32",
        "tflite-float32",
        swapped("tflite-float32", "tflite-dynamic"),
        "scheme float32 means float32, float32 in and out",
    ),
    Damage(
        "float32 called float16",
        "tflite-float16",
        swapped("tflite-float16", "tflite-float32"),
        "are float32, float32 in and out; scheme float16 means float16, float32 in and out",
    ),
    Damage(
        "float32 called uint8, tfjs",
        UINT8,
        swapped(UINT8, "tfjs-float32"),
        "weights of its layers are float32; scheme uint8 means uint8",
    ),
    Damage(
        "uint16 called uint8, tfjs",
        UINT8,
        swapped(UINT8, "tfjs-uint16"),
        "weights of its layers are uint16; scheme uint8 means uint8",
    ),
    Damage(
        "uint8 called float32, tfjs",
        "tfjs-float32",
        swapped("tfjs-float32", UINT8),
        "weights of its layers are uint8; scheme float32 means float32",
    ),
]
