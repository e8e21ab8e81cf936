"""Holds exported Keras files against the outputs written beside them; where there is no Keras, sees that Python reads them."""
import importlib.util
import json
import py_compile
import sys
from pathlib import Path

worst, bad, there = 0.0, 0, importlib.util.find_spec("keras") is not None
folders = sorted(Path(sys.argv[1]).iterdir())
for folder in folders:
    fault = ""
    try:
        py_compile.compile(str(folder / "network.py"), doraise=True)
        if not there:
            continue
        import numpy as np

        case = json.loads((folder / "case.json").read_text())
        spec = importlib.util.spec_from_file_location("network", folder / "network.py")
        network = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(network)
        expected = np.asarray(case["outputs"])
        outputs = network.predict(case["inputs"]).reshape(expected.shape)
        difference = float(np.abs(outputs - expected).max() / max(1.0, np.abs(expected).max()))
        network.train(network.load(network.build()), case["inputs"], *([] if case["restores"] else [case["labels"]]), epochs=2)
        worst = max(worst, difference)
        fault = "" if difference <= 1e-4 else f"differs by {difference:.3g}"
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
    if fault:
        print(f"{folder.name}: {fault}")
        bad += 1
print(f"{bad} of {len(folders)} at fault, " + (f"largest difference {worst:.2g}" if there else "compiled only: there is no Keras"))
sys.exit(bad > 0)
