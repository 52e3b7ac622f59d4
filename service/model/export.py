"""scikit-learn pipeline -> ONNX: one float32 tensor [n, 13] in, label and probability of class 1 as plain tensors out."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

INPUT = "features"
LABEL = "label"
PROBABILITY = "probability"
OPSET = {"": 18, "ai.onnx.ml": 3}


def to_model(pipeline, width, name, properties):
    """The pipeline as an ONNX model without ZipMap, with outputs label int64 [n] and probability float32 [n]."""
    model = to_onnx(
        pipeline,
        initial_types=[(INPUT, FloatTensorType([None, width]))],
        options={id(pipeline.steps[-1][1]): {"zipmap": False}},
        target_opset=OPSET,
        name=name,  # without a name skl2onnx takes a random one
    )
    label, both = (output.name for output in model.graph.output)
    for node in model.graph.node:
        node.output[:] = [LABEL if output == label else output for output in node.output]
    model.graph.initializer.append(helper.make_tensor("class_1", TensorProto.INT64, [], [1]))
    model.graph.node.append(helper.make_node("Gather", [both, "class_1"], [PROBABILITY], axis=1, name="class_1_only"))
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info(LABEL, TensorProto.INT64, ["n"]))
    model.graph.output.append(helper.make_tensor_value_info(PROBABILITY, TensorProto.FLOAT, ["n"]))
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "n"
    helper.set_model_props(model, properties)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def run(model, features):
    """Labels and probabilities by ONNX Runtime, in one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session.run([LABEL, PROBABILITY], {INPUT: features.astype(np.float32)})
