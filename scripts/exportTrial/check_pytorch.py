"""Holds exported PyTorch files against the outputs written beside them, and lets each train two epochs."""
import importlib.util
import json
import sys
from pathlib import Path

import torch

worst, bad = 0.0, 0
for folder in sorted(Path(sys.argv[1]).iterdir()):
    case = json.loads((folder / "case.json").read_text())
    spec = importlib.util.spec_from_file_location("network", folder / "network.py")
    network = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(network)
        outputs = network.predict(case["inputs"]).flatten(1).double()
        expected = torch.tensor(case["outputs"], dtype=torch.float64)
        # Of the largest output where that is above 1: deep samples without any remedy give thousands.
        difference = ((outputs - expected).abs().max() / expected.abs().max().clamp(min=1)).item()
        x = torch.tensor(case["inputs"], dtype=torch.float64)
        model = network.load(network.Network())
        losses = network.train(model, x, *([] if case["restores"] else [case["labels"]]), epochs=2)
        fault = "" if difference <= 1e-4 else f"differs by {difference:.3g}"
        if not all(loss == loss for loss in losses):
            fault += f" losses {losses}"
    except Exception as error:
        difference, fault = 0.0, f"{type(error).__name__}: {error}"
    worst = max(worst, difference)
    bad += fault != ""
    if fault:
        print(f"{folder.name}: {fault}")
print(f"torch {torch.__version__}: {bad} of {len(list(Path(sys.argv[1]).iterdir()))} at fault, largest difference {worst:.2g}")
sys.exit(bad > 0)
