"""What `build` of exported Keras files calls, read by Python itself: a path a line in, a line of JSON out."""
import ast
import json
import sys


def value_of(node):
    """A literal, or else its code: what only Keras could run."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return {"code": ast.unparse(node)}


def calls_of(tree):
    (build,) = (part for part in tree.body if isinstance(part, ast.FunctionDef) and part.name == "build")
    made, layers = {}, []
    for line in build.body:
        call = line.value
        if isinstance(line, ast.Return):
            return {"layers": layers, "output": made[call.args[1].id]}
        # layers.Dense(…)(x) or, for the first, keras.Input(…)
        inputs = []
        if isinstance(call.func, ast.Call):
            (given,) = call.args
            inputs = [made[one.id] for one in (given.elts if isinstance(given, ast.List) else [given])]
            call = call.func
        named = {keyword.arg: value_of(keyword.value) for keyword in call.keywords}
        kind = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
        layers.append({"kind": kind, "given": [value_of(one) for one in call.args], "named": named, "inputs": inputs})
        made.update({target.id: named["name"] for target in line.targets})


for path in sys.stdin:
    with open(path.rstrip("\n"), encoding="utf-8") as file:
        tree = ast.parse(file.read())
    (weights,) = (
        ast.literal_eval(part.value)
        for part in tree.body
        if isinstance(part, ast.Assign) and part.targets[0].id == "WEIGHTS"
    )
    print(json.dumps({**calls_of(tree), "weights": weights}), flush=True)
