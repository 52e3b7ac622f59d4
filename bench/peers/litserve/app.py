"""LitServe: one API process and one worker, as few as it allows; batches as its documentation advises, over ZeroMQ."""

import os

import litserve
import numpy as np

from features import Batch, Features
from onnx_model import IDENTITY, load


class Api(litserve.LitAPI):
    def setup(self, device):
        self.run = load()

    def decode_request(self, request):
        body = Batch.model_validate(request).data if "data" in request else [Features.model_validate(request)]
        return "data" in request, np.array([features.row() for features in body], dtype=np.float32)

    def batch(self, inputs):
        return [many for many, _ in inputs], [len(rows) for _, rows in inputs], np.concatenate([r for _, r in inputs])

    def predict(self, batch):
        many, counts, rows = batch
        label, probability = self.run(rows)
        ends = np.cumsum(counts)[:-1]
        return list(zip(many, np.split(label, ends), np.split(probability, ends)))

    def unbatch(self, output):
        return output

    def encode_response(self, output):
        many, label, probability = output
        pairs = zip(label.tolist(), probability.tolist())
        answers = [{"prediction": p, "probability": q} for p, q in pairs]
        return {"predictions": answers, **IDENTITY} if many else {**answers[0], **IDENTITY}


if __name__ == "__main__":
    api = Api(max_batch_size=32, batch_timeout=0.001, api_path="/predict")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1, fast_queue=True)
    server.run(
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        num_api_servers=1,
        generate_client_file=False,
        log_level="warning",
        access_log=False,
    )
