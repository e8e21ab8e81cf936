"""A workload of the bench in PyTorch, one thread. Reads one line of JSON (the workload, and a file of float32: features, labels, kernels);
then for each line "N" does N steps and answers with seconds and the last loss."""
import json, os, sys, time
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import torch
from torch import nn

torch.set_num_threads(1)


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        # "same" has the odd row and column at the end, as in TensorFlow.
        self.pad = nn.ZeroPad2d((0, 1, 0, 1)) if stride == 2 else nn.Identity()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 0 if stride == 2 else 1, bias=False)
        self.norm1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(filters)
        self.short = None
        if stride > 1 or channels != filters:
            self.short = nn.Sequential(nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        y = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(self.pad(x))))))
        return torch.relu(y + (self.short(x) if self.short else x))


def build(work):
    shape, layers = list(work["input"]), []
    for layer in work["layers"]:
        kind = layer["type"]
        if kind == "dense":
            size = 1
            for length in shape:
                size *= length
            layers.append(nn.Linear(size, layer["units"]))
            shape = [layer["units"]]
            if layer["activation"] == "relu":
                layers.append(nn.ReLU())
        elif kind == "conv":
            norm = layer.get("norm", False)
            layers.append(nn.Conv2d(shape[2], layer["filters"], 3, padding=1, bias=not norm))
            if norm:
                layers.append(nn.BatchNorm2d(layer["filters"]))
            layers.append(nn.ReLU())
            shape[2] = layer["filters"]
        elif kind == "residual":
            layers.append(Residual(shape[2], layer["filters"], layer["stride"]))
            shape = [-(-shape[0] // layer["stride"]), -(-shape[1] // layer["stride"]), layer["filters"]]
        elif kind == "pool":
            layers.append(nn.MaxPool2d(2))
            shape = [shape[0] // 2, shape[1] // 2, shape[2]]
        elif kind == "mean":
            layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            shape = [shape[2]]
        elif kind == "flatten":
            layers.append(nn.Flatten())
            work["flattened"] = list(shape)
            shape = [shape[0] * shape[1] * shape[2]]
    return nn.Sequential(*layers)


def main():
    work = json.loads(sys.stdin.readline())
    values = torch.frombuffer(bytearray(open(work["file"], "rb").read()), dtype=torch.float32)
    samples, rows = work["samples"], work["batch"]
    train = int(samples * 0.8) // rows * rows
    at = 0

    def take(*shape):
        nonlocal at
        size = 1
        for length in shape:
            size *= length
        at += size
        return values[at - size : at].reshape(*shape).clone()

    x = take(samples, *work["input"])
    labels = take(samples)
    model = build(work)
    if x.dim() == 4:
        x = x.permute(0, 3, 1, 2).contiguous()
    after_flatten = False
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Flatten):
                after_flatten = "flattened" in work
            if isinstance(module, nn.Linear):
                kernel = take(module.in_features, module.out_features)
                if after_flatten:  # rows are in channels-last order there, channels-first here
                    height, width, channels = work["flattened"]
                    kernel = kernel.reshape(height, width, channels, -1).permute(2, 0, 1, 3).reshape(module.in_features, -1)
                    after_flatten = False
                module.weight.copy_(kernel.t())
                module.bias.zero_()
            if isinstance(module, nn.Conv2d):
                size = module.kernel_size[0]
                module.weight.copy_(take(size, size, module.in_channels, module.out_channels).permute(3, 2, 0, 1))
                if module.bias is not None:
                    module.bias.zero_()
    binary = work["layers"][-1]["activation"] == "sigmoid"
    y = labels.reshape(-1, 1) if binary else labels.long()
    loss_of = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
    make = torch.optim.Adam if work["optimizer"] == "adam" else torch.optim.SGD
    optimizer = make(model.parameters(), lr=work["rate"])
    start = 0
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        total = 0
        count = int(line)
        for _ in range(count):
            optimizer.zero_grad()
            loss = loss_of(model(x[start : start + rows]), y[start : start + rows])
            loss.backward()
            optimizer.step()
            total += loss.detach()
            start = (start + rows) % train
        print(json.dumps({"seconds": time.perf_counter() - began, "loss": (total / count).item()}), flush=True)


main()
