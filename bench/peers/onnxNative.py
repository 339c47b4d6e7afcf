"""Times the masks' model on native onnxruntime (pip install onnxruntime numpy).

python onnxNative.py <folder of the models> <threads> <repeats> [batch sizes...]
Prints one line of JSON: the fastest of the repeats, in seconds.
"""
import json
import sys
import time

import numpy
import onnxruntime

folder, threads, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
batches = [int(size) for size in sys.argv[4:]] or [1, 8, 16]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1


def load(name):
    return onnxruntime.InferenceSession(f"{folder}/{name}.onnx", options, providers=["CPUExecutionProvider"])


def fastest(work):
    seconds = []
    for _ in range(repeats + 1):  # the first one warms up
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


encoder = load("mobilesam_encoder_1024_w16")
decoder = load("sam_decoder_fast_w16")
index = numpy.arange(3 * 1024 * 1024, dtype=numpy.float64)
image = numpy.sin(index / 1000).astype(numpy.float32).reshape(1, 3, 1024, 1024)
embeddings = encoder.run(None, {"image": image})[0]
result = {"encoder": fastest(lambda: encoder.run(None, {"image": image}))}
for size in batches:
    coords = numpy.zeros((size, 2, 2), numpy.float32)
    coords[:, 0, 0] = 100 + 20 * numpy.arange(size)
    coords[:, 0, 1] = 200 + 10 * numpy.arange(size)
    labels = numpy.tile(numpy.array([1, -1], numpy.float32), (size, 1))
    feeds = {"image_embeddings": embeddings, "point_coords": coords, "point_labels": labels}
    result[f"decoder{size}"] = fastest(lambda: decoder.run(None, feeds))
print(json.dumps(result))
