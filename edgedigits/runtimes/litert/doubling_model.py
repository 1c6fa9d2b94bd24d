"""A TFLite file that doubles four numbers: whether whatever is to run files computes at all."""

from __future__ import annotations


def content() -> bytes:
    """`float32 [1, 1, 1, 4]` in, twice that out."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model, graph, addition = schema.ModelT(), schema.SubGraphT(), schema.OperatorT()
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.ADD
    addition.inputs, addition.outputs = [0, 0], [1]
    addition.builtinOptionsType = schema.BuiltinOptions.AddOptions
    addition.builtinOptions = schema.AddOptionsT()
    graph.tensors, graph.inputs, graph.outputs = [_tensor("number"), _tensor("twice")], [0], [1]
    graph.operators = [addition]
    model.version = 3
    model.subgraphs, model.buffers, model.operatorCodes = [graph], [schema.BufferT()], [code]
    builder = flatbuffers.Builder(512)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(name: str) -> object:
    from ai_edge_litert import schema_py_generated as schema

    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.type = name, [1, 1, 1, 4], schema.TensorType.FLOAT32
    return tensor
