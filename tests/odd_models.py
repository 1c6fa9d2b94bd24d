"""TFLite files that no export would make: endless, forgetful, hungry or deadly."""

from __future__ import annotations

from typing import Any

from edgedigits import quiet


def endless() -> bytes:
    """A classifier that waits for a pixel that no picture has."""
    import tensorflow as tf

    @tf.function(input_signature=[_picture()])  # type: ignore[untyped-decorator, unused-ignore]
    def classify(picture: Any) -> Any:
        (found,) = tf.while_loop(
            lambda seen: tf.reduce_max(seen) < 1e9,
            lambda seen: (tf.minimum(seen, 255.0),),
            (picture,),
        )
        return {"probabilities": tf.reshape(found, (1, 784))[:, :10]}

    return _converted(classify, tf.Module())


def counting(graph: bytes, taken: str, given: str, right_for: int) -> bytes:
    """The frozen float model `graph`, from input `taken` to output `given`, that is right for so
    many answers and then answers 7 to everything."""
    quiet.import_tensorflow()
    import tensorflow as tf

    from converters import frozen_graph

    model = frozen_graph.load(frozen_graph.parse(graph), taken, given)
    keeper = tf.Module()
    keeper.count = tf.Variable(0.0)

    def classify(**inputs: Any) -> Any:
        count = keeper.count.assign_add(1.0)
        right = model(inputs[taken])
        seven = tf.one_hot([7], 10)
        share = tf.cast(count > right_for, tf.float32)
        return {given: tf.reshape(right, (1, 10)) * (1 - share) + seven * share}

    spec = tf.TensorSpec((1, 28, 28, 1), tf.float32, name=taken)
    return _converted(tf.function(classify).get_concrete_function(**{taken: spec}), keeper)


def _converted(function: Any, keeper: Any) -> bytes:
    import tensorflow as tf

    concrete = function if hasattr(function, "graph") else function.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], keeper)
    converter.experimental_enable_resource_variables = True
    content: bytes = converter.convert()
    return content


def hungry() -> bytes:
    """A classifier that lays its picture out 16,000,000 times, in some 50 GB."""
    import tensorflow as tf

    @tf.function(input_signature=[_picture()])  # type: ignore[untyped-decorator, unused-ignore]
    def classify(picture: Any) -> Any:
        many = tf.tile(picture, (1, 4000, 4000, 1))
        return {"probabilities": tf.reshape(many, (-1, 10))[:1] + tf.reduce_mean(many)}

    return _converted(classify, tf.Module())


def crashing(content: bytes) -> bytes:
    """An int8 file whose logits have no scale: LiteRT's reference kernels for softmax abort."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (graph,) = model.subgraphs
    (softmax,) = [
        operator
        for operator in graph.operators
        if operator.builtinOptionsType == schema.BuiltinOptions.SoftmaxOptions
    ]
    graph.tensors[softmax.inputs[0]].quantization = None
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _picture() -> Any:
    import tensorflow as tf

    return tf.TensorSpec((1, 28, 28, 1), tf.float32, name="picture")
