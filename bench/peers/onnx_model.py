"""The model for the Python peers that use ONNX Runtime: one thread, no spinning, no telemetry, as in the service."""

import os

os.environ.update({"ORT_DISABLE_TELEMETRY": "1", "OMP_NUM_THREADS": "1"})

import onnxruntime

NAMES = "age sex cp trestbps chol fbs restecg thalach exang oldpeak slope ca thal".split()
IDENTITY = {"release": "v1", "modelVersion": "1.0.0", "pod": "online-inference"}


def load():
    """A function from float32 [n, 13] to labels and probabilities of class 1."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(os.environ["MODEL_FILE"], options, providers=["CPUExecutionProvider"])
    outputs = ["label", "probability"]
    return lambda rows: session.run(outputs, {"features": rows})
