"""Runs exported files: a line of JSON in for each (file, inputs, labels), a line of JSON out (outputs, or error)."""
import importlib.util
import json
import math
import py_compile
import sys


def outputs_of(network, case):
    outputs = network.predict(case["inputs"])
    labels = [case["labels"]] if "labels" in case else []
    if sys.argv[1] == "pytorch":
        losses = network.train(network.load(network.Network()), case["inputs"], *labels, epochs=2)
    else:
        losses = network.train(network.load(network.build()), case["inputs"], *labels, epochs=2).history["loss"]
    if not all(math.isfinite(loss) for loss in losses):
        raise ValueError(f"trained to losses {losses}")
    return outputs.reshape(-1).tolist()


library = {"pytorch": "torch", "keras": "keras"}[sys.argv[1]]
there = importlib.util.find_spec(library) is not None
for line in sys.stdin:
    case = json.loads(line)
    try:
        py_compile.compile(case["file"], doraise=True)
        answer = {}
        if there:
            spec = importlib.util.spec_from_file_location("network", case["file"])
            network = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(network)
            answer = {"outputs": outputs_of(network, case)}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
