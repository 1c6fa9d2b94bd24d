"""A TFLite file without operations: what timing it costs is what timing any other costs besides."""

from __future__ import annotations


def content() -> bytes:
    """One number that is input and output at once."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    number = schema.TensorT()
    number.name, number.shape, number.type = "number", [1], schema.TensorType.FLOAT32
    graph = schema.SubGraphT()
    graph.tensors, graph.inputs, graph.outputs, graph.operators = [number], [0], [0], []
    model = schema.ModelT()
    model.version = 3
    model.subgraphs, model.buffers, model.operatorCodes = [graph], [schema.BufferT()], []
    builder = flatbuffers.Builder(256)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
