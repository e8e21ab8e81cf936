import { gzipSync } from 'node:zlib';

/** A broken network file, with its data file where that is what is broken. */
export interface BadInput {
  readonly name: string;
  readonly text: string;
  /** Bytes by path, as far as there are any. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Where the one error must be: the data file's own line if `file` is set. */
  readonly line: number;
  readonly file?: string;
  /** Part of the message. */
  readonly says: string;
}

const mlp = `{
  "version": 1,
  "name": "Two circles",
  "seed": 1,
  "data": {
    "source": "circles",
    "samples": 1000,
    "noise": 0.1,
    "split": { "train": 0.5, "validation": 0.5 },
    "scale": { "method": "minmax", "range": [-1, 1] }
  },
  "defaults": { "activation": "relu", "weights": "he_normal", "bias": 0.1 },
  "layers": [
    { "id": "hidden", "type": "dense", "units": 50 },
    { "id": "drop", "type": "dropout", "rate": 0.1 },
    { "id": "output", "type": "dense", "units": 1, "activation": "sigmoid", "weights": "glorot_uniform", "bias": 0 }
  ],
  "training": {
    "loss": "binary_crossentropy",
    "optimizer": { "name": "sgd", "learningRate": 0.01, "momentum": 0.9 },
    "batchSize": 32,
    "epochs": 500,
    "shuffle": true
  },
  "expect": [{ "metric": "validation.accuracy", "op": ">=", "value": 0.8 }]
}
`;

const cnn = `{
  "version": 1,
  "data": {
    "source": "file",
    "path": "pictures.csv",
    "inputShape": [3, 4, 1]
  },
  "layers": [
    { "id": "conv", "type": "conv2d", "filters": 4, "kernelSize": 2, "strides": 1, "padding": "valid" },
    { "id": "pool", "type": "max_pool2d", "poolSize": 2, "strides": 1 },
    { "id": "flat", "type": "flatten" },
    { "id": "output", "type": "dense", "units": 3, "activation": "softmax", "weights": "glorot_uniform" }
  ]
}
`;

const table = `{
  "version": 1,
  "data": {
    "source": "file",
    "path": "points.csv"
  },
  "layers": [{ "id": "output", "type": "dense", "units": 2, "activation": "softmax", "weights": "glorot_uniform" }]
}
`;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Twelve pictures of 3 × 4 in three classes. */
const pictures = Array.from({ length: 12 }, (_, row) =>
  [...Array.from({ length: 12 }, (_, i) => (row * 7 + i * 5) % 16), row % 3].join(','),
).join('\n');
const header = 'x,y,class';
const rows = ['0,1,a', '1,0,b', '2,1,a', '3,0,b', '4,1,a', '5,0,b', '6,1,a', '7,0,b', '8,1,a', '9,0,b'];
const points = [header, ...rows].join('\n');
const goodFiles = { 'pictures.csv': bytes(pictures), 'points.csv': bytes(points) };

/** What the cases below break; all of it is right. */
export const good: Readonly<Record<string, { text: string; files: Readonly<Record<string, Uint8Array>> }>> = {
  mlp: { text: mlp, files: goodFiles },
  cnn: { text: cnn, files: goodFiles },
  table: { text: table, files: goodFiles },
};

const lineOf = (text: string, part: string): number => {
  const offset = text.indexOf(part);
  if (offset < 0) throw new Error(`No ${part} in the broken file`);
  return text.slice(0, offset).split('\n').length;
};

/** Puts `to` in place of `from`; the error is expected on the line of `at`. */
function broken(base: string, from: string, to: string, says: string, at = to): BadInput {
  if (base.split(from).length !== 2) throw new Error(`${from} must stand once in the good file`);
  const text = base.replace(from, () => to);
  return {
    name: `${from} → ${to.length > 60 ? `${to.slice(0, 60)}…` : to}`,
    text,
    files: goodFiles,
    line: lineOf(text, at),
    says,
  };
}

/** A data file that can't be used; `line` 0 means the line of "path" in the network file. */
function data(name: string, content: string | Uint8Array, line: number, says: string): BadInput {
  const files = { 'points.csv': typeof content === 'string' ? bytes(content) : content };
  return line === 0
    ? { name, text: table, files, line: lineOf(table, '"path"'), says }
    : { name, text: table, files, line, file: 'points.csv', says };
}

const withRow = (number: number, row: string): string =>
  [header, ...rows.map((old, i) => (i + 2 === number ? row : old))].join('\n');

/** Every size, given what is none. */
const sizes: [base: string, good: string, key: string, takesZero?: boolean][] = [
  [mlp, '"units": 50', 'units'],
  [mlp, '"samples": 1000', 'samples'],
  [mlp, '"batchSize": 32', 'batchSize'],
  [mlp, '"epochs": 500', 'epochs', true],
  [mlp, '"seed": 1', 'seed', true],
  [cnn, '"filters": 4', 'filters'],
  [cnn, '"kernelSize": 2', 'kernelSize'],
  [cnn, '"strides": 1, "padding"', 'strides'],
  [cnn, '"poolSize": 2', 'poolSize'],
];
const noSizes = ['0', '-1', '1.5', '9007199254740992', '-9007199254740993', 'null', 'true', '"3"', '{}'];
const wrongSizes = sizes.flatMap(([base, good, key, takesZero]) =>
  noSizes
    .filter((value) => !(takesZero && value === '0'))
    .map((value) => {
      const shown = value === '{}' ? 'an object' : value;
      const says =
        key === 'batchSize' && value === '"3"' ? '"batchSize" is "3"; it must be' : `"${key}" is ${shown}; it must be`;
      return broken(base, good, good.replace(/: \d+/, `: ${value}`), says);
    }),
);

const sides = [
  broken(
    cnn,
    '"kernelSize": 2',
    '"kernelSize": [2, 0]',
    'Item 2 of "kernelSize" is 0; it must be a whole number from 1 to 65535.',
  ),
  broken(cnn, '"kernelSize": 2', '"kernelSize": [2.5, 2]', 'Item 1 of "kernelSize" is 2.5; it must be'),
  broken(cnn, '"kernelSize": 2', '"kernelSize": [2]', '"kernelSize" is [2]; it must be a list of 2 whole numbers'),
  broken(cnn, '"kernelSize": 2', '"kernelSize": [2, 2, 2]', '"kernelSize" is [2, 2, 2]; it must be'),
  broken(cnn, '"kernelSize": 2', '"kernelSize": []', '"kernelSize" is []; it must be'),
  broken(cnn, '"kernelSize": 2', '"kernelSize": 4', 'is larger than the picture'),
  broken(cnn, '"kernelSize": 2', '"kernelSize": [4, 1]', 'is larger than the picture'),
  broken(cnn, '"kernelSize": 2', '"kernelSize": 65535', 'is larger than the picture'),
  broken(cnn, '"kernelSize": 2', '"kernelSize": 2147483647', 'from 1 to 65535'),
  broken(cnn, '"poolSize": 2', '"poolSize": 3', 'is larger than the picture'),
  broken(
    cnn,
    '"inputShape": [3, 4, 1]',
    '"inputShape": [3, 4]',
    '"inputShape" is [3, 4]; it must be a list of 1 or 3 whole numbers',
  ),
  broken(cnn, '"inputShape": [3, 4, 1]', '"inputShape": [0, 4, 1]', 'Item 1 of "inputShape" is 0'),
  broken(cnn, '"inputShape": [3, 4, 1]', '"inputShape": 12', '"inputShape" is 12; it must be a list'),
  broken(
    cnn,
    '"inputShape": [3, 4, 1]',
    '"inputShape": [9007199254740992]',
    'Item 1 of "inputShape" is 9007199254740992',
  ),
  broken(
    cnn,
    '"inputShape": [3, 4, 1]',
    '"inputShape": [3, 5, 1]',
    'holds 15 values, but the data has 12 input columns',
  ),
  broken(cnn, '"inputShape": [3, 4, 1]', '"inputShape": [12]', 'needs a picture', '"id": "conv"'),
  broken(mlp, '"units": 50', '"units": 2147483647', 'at most 268435456'),
  broken(cnn, '"filters": 4', '"filters": 2000000000', 'at most 268435456'),
];

const values = [
  // version and root
  broken(mlp, '"version": 1', '"version": 0', '"version" is 0; it must be a whole number of at least 1.'),
  broken(mlp, '"version": 1', '"version": "1"', '"version" is "1"; it must be'),
  broken(mlp, '"version": 1', '"version": 1.1', 'version 1.1, newer than this program', '"version"'),
  broken(mlp, '  "version": 1,\n', '', '"version" is missing. Add it', '{'),
  broken(mlp, '"version": 1', '"Version": 1', 'Unknown key "Version". Did you mean "version"?'),
  broken(mlp, '"version": 1,', '"version": 1, "version": 1,', '"version" stands twice'),
  broken(mlp, '"name": "Two circles"', '"name": 2', '"name" is 2; it must be text.'),
  broken(
    mlp,
    '"name": "Two circles"',
    '"titel": "Two circles"',
    'Unknown key "titel". Remove it; known here: "$schema", "version"',
  ),
  broken(mlp, '"seed": 1', '"seed": 4294967296', 'it must be a whole number from 0 to 4294967295.'),
  broken(mlp, '"seed": 1', '"sed": 1', 'Did you mean "seed"?'),
  broken(mlp, '"layers": [', '"layer": [', 'Unknown key "layer". Did you mean "layers"?'),
  broken(mlp, '"expect": [', '"expects": [', 'Did you mean "expect"?'),
  // data
  broken(mlp, '"source": "circles"', '"source": "circels"', '"source" is "circels". Did you mean "circles"?'),
  broken(
    mlp,
    '"source": "circles"',
    '"source": "mnist"',
    'it must be one of "circles", "moons", "spiral", "xor", "blobs", "plane", "sine", "glyphs", "shapes" or "file"',
  ),
  broken(mlp, '"source": "circles"', '"source": 1', '"source" is 1; it must be one of "circles"'),
  broken(mlp, '"source": "circles",', '', '"source" is missing. Add it: one of "circles"', '"data"'),
  broken(mlp, '"source": "circles"', '"source": "file"', '"path" is missing', '"data"'),
  broken(mlp, '"samples": 1000', '"samples": 10000001', 'it must be a whole number from 1 to 10000000.'),
  broken(mlp, '"samples": 1000', '"sample": 1000', 'Did you mean "samples"?'),
  broken(mlp, '"samples": 1000', '"samples": 2', 'samples are too few'),
  broken(mlp, '"noise": 0.1', '"noise": -0.1', '"noise" is -0.1; it must be a number of at least 0.'),
  broken(mlp, '"noise": 0.1', '"noise": "0.1"', '"noise" is "0.1"; it must be a number'),
  broken(mlp, '"noise": 0.1', '"noise": 1e999', '"noise" is 1e999, which is too large for a number.'),
  broken(mlp, '"noise": 0.1', '"path": 7', '"path" is 7; it must be text that is not empty.'),
  broken(mlp, '"noise": 0.1', '"path": ""', '"path" is ""; it must be text that is not empty.'),
  broken(mlp, '"noise": 0.1', '"format": "xlsx"', 'it must be one of "csv", "tsv", "idx", "npy", "npz" or "images".'),
  broken(mlp, '"noise": 0.1', '"format": "cvs"', 'Did you mean "csv"?'),
  broken(mlp, '"noise": 0.1', '"missing": "dropp"', 'Did you mean "drop"?'),
  broken(mlp, '"noise": 0.1', '"task": "classify"', '"task" is "classify"'),
  broken(mlp, '"noise": 0.1', '"target": -1', '"target" is -1; it must be'),
  broken(mlp, '"noise": 0.1', '"target": []', '"target" is []; it must be a list of one or more names'),
  broken(mlp, '"noise": 0.1', '"target": ["x", 1.5]', 'Item 2 of "target" is 1.5; it must be'),
  broken(
    mlp,
    '"split": { "train": 0.5, "validation": 0.5 }',
    '"split": { "train": 0.5, "validation": 0.4 }',
    'add up to 0.9; they must add up to 1.',
  ),
  broken(mlp, '"split": { "train": 0.5, "validation": 0.5 }', '"split": { "train": 0.5 }', 'add up to 0.5'),
  broken(
    mlp,
    '"split": { "train": 0.5, "validation": 0.5 }',
    '"split": { "train": 0, "validation": 1 }',
    '"train" is 0; it must be a number greater than 0 and at most 1.',
  ),
  broken(
    mlp,
    '"split": { "train": 0.5, "validation": 0.5 }',
    '"split": { "train": 80, "validation": 0.5 }',
    '"train" is 80; it must be a number greater than 0 and at most 1.',
  ),
  broken(
    mlp,
    '"split": { "train": 0.5, "validation": 0.5 }',
    '"split": { "validation": 1 }',
    '"train" is missing. Add it: a number greater than 0',
  ),
  broken(
    mlp,
    '"split": { "train": 0.5, "validation": 0.5 }',
    '"split": 0.8',
    '"split" is 0.8; it must be an object with "train".',
  ),
  broken(mlp, '"validation": 0.5', '"valid": 0.5', 'Unknown key "valid". Did you mean "validation"?'),
  broken(
    mlp,
    '"scale": { "method": "minmax", "range": [-1, 1] }',
    '"scale": "minmax"',
    '"minmax" needs "range". Write { "method": "minmax", "range": … }.',
  ),
  broken(
    mlp,
    '"scale": { "method": "minmax", "range": [-1, 1] }',
    '"scale": "standardise"',
    'Did you mean "standardize"?',
  ),
  broken(mlp, '"scale": { "method": "minmax", "range": [-1, 1] }', '"scale": true', '"scale" is true; it must be'),
  broken(mlp, '"method": "minmax"', '"method": "min-max"', 'Did you mean "minmax"?'),
  broken(
    mlp,
    '"method": "minmax"',
    '"method": "log"',
    '"method" is "log"; it must be one of "none", "standardize" or "minmax".',
  ),
  broken(mlp, '"method": "minmax", ', '', '"method" is missing', '"scale"'),
  broken(mlp, '"range": [-1, 1]', '"range": [1, -1]', 'The range goes from 1 to -1'),
  broken(mlp, '"range": [-1, 1]', '"range": [0, 0]', 'The range goes from 0 to 0'),
  broken(mlp, '"range": [-1, 1]', '"range": [0]', '"range" is [0]; it must be a list of 2 numbers.'),
  broken(mlp, '"range": [-1, 1]', '"range": ["a", 1]', 'Item 1 of "range" is "a"; it must be a number.'),
  // defaults
  broken(
    mlp,
    '"defaults": { "activation": "relu"',
    '"defaults": { "activation": "relo"',
    '"activation" is "relo". Did you mean "relu"?',
  ),
  broken(mlp, '"defaults": { "activation": "relu"', '"defaults": { "units": 3', 'Unknown key "units". Remove it'),
  broken(mlp, '"units": 50 }', '"units": 50, "weights": "rai", "bias": 0 }', '"rai" draws the bias too'),
  broken(mlp, '"units": 50 }', '"units": 50, "bias": "rai" }', 'Set it as "weights"'),
  broken(mlp, '"bias": 0.1', '"bias": "rai"', 'Set it as "weights"'),
  broken(mlp, '"weights": "he_normal"', '"weights": "he"', '"weights" is "he"'),
  broken(mlp, '"bias": 0.1', '"bias": true', '"bias" is true; it must be a number, false, or one of'),
  // layers
  broken(mlp, '"type": "dropout", ', '', '"type" is missing. Add it: one of "dense"', '"id": "drop"'),
  broken(mlp, '"type": "dropout"', '"type": "dropuot"', '"type" is "dropuot". Did you mean "dropout"?'),
  broken(mlp, '"type": "dropout"', '"type": "lstm"', '"type" is "lstm"; it must be one of "dense"'),
  broken(mlp, '"type": "dropout"', '"typ": "dropout"', 'Unknown key "typ". Did you mean "type"?'),
  broken(mlp, '"type": "dropout"', '"type": 4', '"type" is 4; it must be one of'),
  broken(mlp, '"rate": 0.1', '"rate": 1', '"rate" is 1; it must be a number of at least 0 and less than 1.'),
  broken(mlp, '"rate": 0.1', '"rate": -0.5', '"rate" is -0.5; it must be'),
  broken(
    mlp,
    '"rate": 0.1',
    '"units": 5',
    'Unknown key "units". Remove it; known here: "type", "id", "inputs" and "rate".',
    '"id": "drop"',
  ),
  broken(
    mlp,
    '{ "id": "drop", "type": "dropout", "rate": 0.1 }',
    '7',
    'Item 2 of "layers" is 7; it must be an object with "type".',
    '    7',
  ),
  broken(
    mlp,
    '{ "id": "drop", "type": "dropout", "rate": 0.1 }',
    '"dropout"',
    'Item 2 of "layers" is "dropout"',
    '    "dropout"',
  ),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "actvation": "relu" }',
    'Unknown key "actvation". Did you mean "activation"?',
  ),
  broken(mlp, '"units": 50 }', '"unit": 50 }', 'Unknown key "unit". Did you mean "units"?'),
  broken(mlp, ', "units": 50 }', ' }', '"units" is missing. Add it: a whole number of at least 1.', '"id": "hidden"'),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "units": 60 }',
    '"units" stands twice in this object. Remove one of the two.',
  ),
  broken(mlp, '"units": 50 }', '"units": 50, "activation": ["relu"] }', '"activation" is ["relu"]; it must be'),
  broken(mlp, '"units": 50 }', '"units": 50, "activation": {} }', '"name" is missing'),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "activation": { "name": "leaky_relu", "slop": 0.2 } }',
    'Did you mean "slope"?',
  ),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "activation": { "name": "leaky_relu", "slope": -1 } }',
    '"slope" is -1; it must be a number of at least 0.',
  ),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "activation": { "name": "leaky", "slope": 1 } }',
    '"name" is "leaky". Did you mean "leaky_relu"?',
  ),
  broken(mlp, '"units": 50 }', '"units": 50, "activation": null }', '"activation" is null; it must be one of "relu"'),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "weights": "normal" }',
    '"normal" needs "stddev". Write { "name": "normal", "stddev": … }.',
  ),
  broken(mlp, '"units": 50 }', '"units": 50, "weights": "uniform" }', '"uniform" needs "min" and "max".'),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "weights": { "name": "normal" } }',
    '"stddev" is missing. Add it: a number of at least 0.',
  ),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "weights": { "name": "normal", "stddev": -1 } }',
    '"stddev" is -1; it must be',
  ),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "weights": { "name": "uniform", "min": 1, "max": 0 } }',
    '"min" must not be greater than "max".',
  ),
  broken(mlp, '"units": 50 }', '"units": 50, "weights": { "name": "constant" } }', '"value" is missing'),
  broken(mlp, '"units": 50 }', '"units": 50, "weights": 0.1 }', '"weights" is 0.1; it must be one of "he_normal"'),
  broken(mlp, '"units": 50 }', '"units": 50, "bias": "zero" }', '"bias" is "zero". Did you mean "zeros"?'),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "bias": { "name": "uniform", "min": 2, "max": 1 } }',
    '"min" must not be greater than "max".',
  ),
  broken(mlp, '"units": 50 }', '"units": 50, "regularization": 0.1 }', '"regularization" is 0.1; it must be an object'),
  broken(
    mlp,
    '"units": 50 }',
    '"units": 50, "regularization": { "l2": -1 } }',
    '"l2" is -1; it must be a number of at least 0.',
  ),
  broken(mlp, '"units": 50 }', '"units": 50, "regularization": { "l3": 1 } }', 'Did you mean'),
  broken(mlp, '"id": "hidden"', '"id": "two words"', '"id" is "two words"; it must be a name of letters, digits'),
  broken(mlp, '"id": "hidden"', '"id": "1st"', '"id" is "1st"; it must be a name'),
  broken(mlp, '"id": "hidden"', '"id": ""', '"id" is ""; it must be a name'),
  broken(mlp, '"id": "hidden"', '"id": 5', '"id" is 5; it must be a name'),
  broken(mlp, '"id": "hidden"', '"id": "input"', 'The id "input" means something else. Choose another.'),
  broken(mlp, '"id": "hidden"', '"id": "optimizer"', 'The id "optimizer" means something else.'),
  broken(
    mlp,
    '"id": "drop"',
    '"id": "hidden"',
    'The id "hidden" is layer 1\'s already. Choose another.',
    '"type": "dropout"',
  ),
  broken(mlp, '"rate": 0.1', '"inputs": ["hiden"]', 'There is no layer "hiden". Did you mean "hidden"?'),
  broken(
    mlp,
    '"rate": 0.1',
    '"inputs": ["output"]',
    '"output" is not before this layer. Name an earlier one: "input" or "hidden".',
  ),
  broken(mlp, '"rate": 0.1', '"inputs": ["drop"]', '"drop" is not before this layer.'),
  broken(mlp, '"rate": 0.1', '"inputs": "hidden"', '"inputs" is "hidden"; it must be a list of one or more names.'),
  broken(mlp, '"rate": 0.1', '"inputs": []', '"inputs" is []; it must be a list of one or more names.'),
  broken(mlp, '"rate": 0.1', '"inputs": [3]', 'Item 1 of "inputs" is 3; it must be text.'),
  broken(mlp, '"rate": 0.1', '"inputs": ["input", "hidden"]', 'takes one input'),
  broken(mlp, '"rate": 0.1', '"inputs": ["input"]', '"hidden" leads nowhere', '"id": "hidden"'),
  broken(cnn, '"padding": "valid"', '"padding": "full"', '"padding" is "full"; it must be one of "valid" or "same".'),
  broken(cnn, '"padding": "valid"', '"padding": "sme"', 'Did you mean "same"?'),
  broken(cnn, '"filters": 4, ', '', '"filters" is missing', '"id": "conv"'),
  broken(cnn, '"kernelSize": 2', '"kernel_size": 2', 'Unknown key "kernel_size". Did you mean "kernelSize"?'),
  broken(cnn, '    { "id": "flat", "type": "flatten" },\n', '', 'put a flatten layer before it', '"id": "output"'),
  // training
  broken(
    mlp,
    '"loss": "binary_crossentropy"',
    '"loss": "mse"',
    '"loss" is "mse"; it must be one of "binary_crossentropy"',
  ),
  broken(mlp, '"loss": "binary_crossentropy"', '"loss": "binary_cross_entropy"', 'Did you mean "binary_crossentropy"?'),
  broken(
    mlp,
    '"loss": "binary_crossentropy"',
    '"loss": "categorical_crossentropy"',
    'there is one output; use binary_crossentropy.',
  ),
  broken(mlp, '"name": "sgd"', '"name": "sdg"', '"name" is "sdg". Did you mean "sgd"?'),
  broken(mlp, '"name": "sgd"', '"name": "lion"', '"name" is "lion"; it must be one of'),
  broken(mlp, '"name": "sgd", ', '', '"name" is missing', '"optimizer"'),
  broken(mlp, '"name": "sgd"', '"name": "adam"', 'Unknown key "momentum". Remove it; known here'),
  broken(
    mlp,
    '"learningRate": 0.01',
    '"learningRate": -0.01',
    '"learningRate" is -0.01; it must be a number of at least 0.',
  ),
  broken(
    mlp,
    '"learningRate": 0.01',
    '"learningRate": "fast"',
    '"learningRate" is "fast"; it must be a number of at least 0.',
  ),
  broken(mlp, '"learningRate": 0.01', '"learning_rate": 0.01', 'Did you mean "learningRate"?'),
  broken(mlp, '"learningRate": 0.01', '"lr": 0.01', 'Unknown key "lr"'),
  broken(mlp, '"momentum": 0.9', '"nesterov": true', '"nesterov" needs a momentum.'),
  broken(mlp, '"momentum": 0.9', '"nesterov": 1', '"nesterov" is 1; it must be true or false.'),
  broken(
    mlp,
    '{ "name": "sgd", "learningRate": 0.01, "momentum": 0.9 }',
    '{ "name": "adam", "betas": [0.9, 1] }',
    'Item 2 of "betas" is 1; it must be a number of at least 0 and less than 1.',
  ),
  broken(
    mlp,
    '{ "name": "sgd", "learningRate": 0.01, "momentum": 0.9 }',
    '{ "name": "adam", "betas": 0.9 }',
    '"betas" is 0.9; it must be a list of 2 numbers',
  ),
  broken(
    mlp,
    '{ "name": "sgd", "learningRate": 0.01, "momentum": 0.9 }',
    '"adamm"',
    '"optimizer" is "adamm". Did you mean "adam"?',
  ),
  broken(mlp, '{ "name": "sgd", "learningRate": 0.01, "momentum": 0.9 }', '0.01', '"optimizer" is 0.01; it must be'),
  broken(mlp, '"batchSize": 32', '"batchSize": "al"', '"batchSize" is "al". Did you mean "all"?'),
  broken(mlp, '"batchSize": 32', '"batch_size": 32', 'Did you mean "batchSize"?'),
  broken(mlp, '"epochs": 500', '"epochs": 1000001', 'it must be a whole number from 0 to 1000000.'),
  broken(mlp, '"epochs": 500', '"epoch": 500', 'Did you mean "epochs"?'),
  broken(mlp, '"shuffle": true', '"shuffle": "yes"', '"shuffle" is "yes"; it must be true or false.'),
  // expect
  broken(mlp, '"metric": "validation.accuracy"', '"metric": 5', '"metric" is 5; it must be text.'),
  broken(mlp, '"op": ">="', '"op": "=>"', '"op" is "=>"'),
  broken(mlp, '"op": ">="', '"op": "=="', '"op" is "=="'),
  broken(mlp, '"value": 0.8', '"value": "80 %"', '"value" is "80 %"; it must be a number.'),
  broken(mlp, ', "value": 0.8', '', '"value" is missing. Add it: a number.', '"metric"'),
  broken(
    mlp,
    '[{ "metric": "validation.accuracy", "op": ">=", "value": 0.8 }]',
    '{}',
    '"expect" is an object; it must be a list of objects',
    '"expect"',
  ),
];

const shapes = [
  broken(table, '"units": 2', '"units": 3', 'has 3 units, but the data has 2 classes'),
  broken(table, '"units": 2', '"units": 1', 'Softmax over one unit is always 1; use sigmoid.'),
  broken(mlp, '"units": 1,', '"units": 3,', 'has 3 units, but the data has 2 classes'),
  broken(mlp, '"source": "circles"', '"source": "blobs"', 'the data has 3 classes; set units to 3.', '"id": "output"'),
];

/** Text that is no JSON. */
const syntax = (
  [
    ['an empty file', '', 1, 'The file is empty.'],
    ['blanks alone', ' \n\n ', 1, 'The file is empty.'],
    ['a comment alone', '// later\n', 1, 'A value is expected, but the file ends.'],
    ['text', 'hello', 1, 'hello is not JSON. Put text in double quotes'],
    ['an opening brace', '{', 1, 'A "}" is missing here: the file ends.'],
    ['a closing brace', '}', 1, 'A value is expected, but } stands.'],
    ['a list', '[1, 2]', 1, 'The file is [1, 2]; it must be an object with "version", "data" and "layers".'],
    ['a number', '5', 1, 'The file is 5; it must be an object'],
    ['null', 'null', 1, 'The file is null; it must be an object'],
    ['a missing closing brace', mlp.trimEnd().slice(0, -1), 25, 'A "}" is missing here: the file ends.'],
    [
      'a missing closing bracket',
      mlp.replace('0 }\n  ],', '0 }\n  ,'),
      18,
      'A key stands inside a list. Close the list with "]" before it.',
    ],
    [
      'a missing comma between keys',
      mlp.replace('"seed": 1,', '"seed": 1'),
      4,
      'A "," is missing here, before "data". Add it.',
    ],
    ['a list that an object closes', '{ "layers": [{ "type": "flatten" } }', 1, 'A "]" is missing here: } stands.'],
    ['an object that a list closes', '{ "layers": [{ "type": "flatten" ] }', 1, 'A "}" is missing here: ] stands.'],
    ['a missing comma between layers', mlp.replace('"units": 50 },', '"units": 50 }'), 14, 'A "," is missing here'],
    [
      'a missing colon',
      mlp.replace('"seed": 1', '"seed" 1'),
      4,
      'A ":" is missing here, between key and value: 1 stands. Add it.',
    ],
    ['a missing value', mlp.replace('"seed": 1', '"seed": '), 4, 'A value is expected, but , stands.'],
    [
      'a comma too many',
      mlp.replace('"seed": 1,', '"seed": 1,,'),
      4,
      'A key in double quotes is expected, but , stands.',
    ],
    ['a brace too many', `${mlp}}`, 27, 'The network ends before this, but } follows.'],
    ['two networks in one file', `${mlp}${mlp}`, 27, 'The network ends before this, but { follows.'],
    ['single quotes', mlp.replace('"name": "Two circles"', "'name': 'x'"), 3, 'is in single quotes. Use double quotes'],
    ['a single-quoted value', mlp.replace('"Two circles"', "'x'"), 3, 'is in single quotes. Use double quotes'],
    ['a key without quotes', mlp.replace('"seed"', 'seed'), 4, 'seed is not JSON. Put text in double quotes'],
    ['NaN', mlp.replace('"noise": 0.1', '"noise": NaN'), 8, 'NaN is not JSON. Write a number, or leave the key out.'],
    ['Infinity', mlp.replace('"noise": 0.1', '"noise": Infinity'), 8, 'Infinity is not JSON.'],
    ['minus Infinity', mlp.replace('"noise": 0.1', '"noise": -Infinity'), 8, 'is not JSON'],
    ['True as Python writes it', mlp.replace('true', 'True'), 23, 'True is not JSON. Write true.'],
    ['None as Python writes it', mlp.replace('true', 'None'), 23, 'None is not JSON.'],
    [
      'a number that begins with 0',
      mlp.replace('"seed": 1', '"seed": 01'),
      4,
      'A number may not begin with 0. Write 1.',
    ],
    ['a number that begins with a point', mlp.replace('"noise": 0.1', '"noise": .1'), 8, '.1 is not JSON'],
    [
      'a number that ends with a point',
      mlp.replace('"noise": 0.1', '"noise": 1.'),
      8,
      'is not a number as JSON writes it',
    ],
    ['a number with a plus', mlp.replace('"noise": 0.1', '"noise": +1'), 8, '+1 is not JSON'],
    [
      'a decimal comma',
      mlp.replace('"noise": 0.1', '"noise": 0,1'),
      8,
      'A key in double quotes is expected, but 1 stands.',
    ],
    ['a hexadecimal number', mlp.replace('"seed": 1', '"seed": 0x10'), 4, 'x10 is not JSON'],
    ['an exponent without digits', mlp.replace('"noise": 0.1', '"noise": 1e'), 8, 'is not a number as JSON writes it'],
    ['an unclosed text', mlp.replace('"Two circles"', '"Two circles'), 3, 'This text is never closed.'],
    [
      'a backslash in a path',
      mlp.replace('"Two circles"', '"data\\points.csv"'),
      3,
      'A backslash in this text starts nothing JSON knows.',
    ],
    ['an unfinished \\u', mlp.replace('"Two circles"', '"\\u12"'), 3, 'is not followed by four hexadecimal digits'],
    ['a tab inside a text', mlp.replace('"Two circles"', '"Two\tcircles"'), 3, 'control character'],
    ['an unclosed comment', `${mlp}/* later`, 27, 'This comment is never closed. End it with */.'],
    [
      'a merge conflict',
      mlp.replace('  "seed": 1,', '<<<<<<< HEAD\n  "seed": 1,\n=======\n  "seed": 2,\n>>>>>>> b'),
      4,
      'is not JSON',
    ],
    ['YAML', 'version: 1\nlayers:\n  - dense\n', 1, 'version is not JSON'],
    ['binary', '\u0089PNG\r\n\u001a\n\u0000\u0000', 1, 'is not JSON'],
    ['zeros', '\u0000'.repeat(1000), 1, 'is not JSON'],
    ['a byte order mark alone', '\uFEFF', 1, 'The file is empty.'],
    [
      'a byte order mark and a broken line',
      `\uFEFF${mlp.replace('"seed": 1', '"seed": -1')}`,
      4,
      '"seed" is -1; it must be',
    ],
    ['broken line ends', mlp.replace('"seed": 1', '"seed": -1').replace(/\n/g, '\r\n'), 4, '"seed" is -1; it must be'],
    ['1,001 nested lists', '['.repeat(1001) + ']'.repeat(1001), 1, 'Brackets are nested more than 1000 deep.'],
    ['a million open braces', '{"a":'.repeat(1_000_000), 1, 'Brackets are nested more than 1000 deep.'],
    [
      'lists nested in "ui"',
      mlp.replace('"seed": 1', `"seed": 1, "ui": ${'['.repeat(2000)}${']'.repeat(2000)}`),
      4,
      'Brackets are nested more than 1000 deep.',
    ],
    ['17 MB', mlp + ' '.repeat(17 * 2 ** 20), 1, 'The file is larger than 16 MB.'],
    [
      '17 MB of UTF-8 in fewer characters',
      mlp.replace('Two circles', '€'.repeat(6 * 2 ** 20)),
      1,
      'The file is larger than 16 MB.',
    ],
    [
      'millions of values',
      mlp.replace('"seed": 1', `"seed": 1, "ui": [${'0,'.repeat(3_000_000)}]`),
      4,
      'more than two million words',
    ],
    ['no layers', mlp.replace(/"layers": \[[^]*?\n {2}\]/, '"layers": []'), 13, 'The network has no layers. Add one'],
    [
      'layers that are an object',
      mlp.replace(/"layers": \[[^]*?\n {2}\]/, '"layers": {}'),
      13,
      '"layers" is an object; it must be a list of objects with "type".',
    ],
    ['no layers key', mlp.replace(/ {2}"layers": \[[^]*?\n {2}\],\n/, ''), 1, '"layers" is missing'],
    [
      'no data',
      mlp.replace(/ {2}"data": \{[^]*?\n {2}\},\n/, ''),
      1,
      '"data" is missing. Add it: an object with "source".',
    ],
    [
      'data that is a path',
      mlp.replace(/"data": \{[^]*?\n {2}\}/, '"data": "points.csv"'),
      5,
      '"data" is "points.csv"; it must be an object with "source".',
    ],
    [
      'training that is a list',
      mlp.replace(/"training": \{[^]*?\n {2}\}/, '"training": []'),
      18,
      '"training" is []; it must be an object',
    ],
    [
      'a newer version with keys of its own',
      mlp.replace('"version": 1', '"version": 3, "tensors": {}'),
      2,
      "version 3, newer than this program (1), which can't read all of it. Update Rectifier.",
    ],
    ['a key like a prototype', mlp.replace('"seed": 1', '"__proto__": { "seed": 1 }'), 4, 'Unknown key "__proto__"'],
    [
      'a type like a method',
      mlp.replace('"type": "dropout"', '"type": "toString"'),
      15,
      '"type" is "toString"; it must be one of',
    ],
  ] as const
).map(([name, text, line, says]): BadInput => ({ name, text, files: goodFiles, line, says }));

const dataFiles: BadInput[] = [
  data('an empty data file', '', 1, 'points.csv is empty'),
  data('a data file of blank lines', '\n\n\n', 1, 'points.csv is empty'),
  data('a header alone', `${header}\n`, 1, 'There is a header but no rows'),
  data('a row with a field too few', withRow(4, '2,a'), 4, 'This row has 2 fields, but the first has 3'),
  data('a row with a field too many', withRow(5, '3,0,b,9'), 5, 'This row has 4 fields, but the first has 3'),
  data('a last row cut short', `${points}\n10,1`, 12, 'This row has 2 fields, but the first has 3'),
  data('a blank line among the rows', withRow(6, ''), 6, 'This line is blank'),
  data('the header a second time', withRow(6, header), 6, 'This row is the header again'),
  data('text in a number column', withRow(7, '5,many,b'), 7, '"many" in "y" is not a number'),
  data('a date in a number column', withRow(3, '2024-01-01,0,b'), 3, '"2024-01-01" in "x" is not a number'),
  data('a number with a unit', withRow(3, '1 cm,0,b'), 3, '"1 cm" in "x" is not a number'),
  data('a quoted decimal comma', withRow(3, '"1,5",0,b'), 3, 'write decimals with a point'),
  data('an infinite number', withRow(3, '1e999,0,b'), 3, '"1e999" in "x" is not a number'),
  data('Infinity', withRow(3, 'Infinity,0,b'), 3, '"Infinity" in "x" is not a number'),
  data('an empty field', withRow(4, ',1,a'), 4, '"x" is missing'),
  data('NaN', withRow(5, '3,NaN,b'), 5, '"y" is missing'),
  data('an empty target', withRow(6, '4,1,'), 6, '"class" is missing'),
  data('missing fields in two rows', withRow(6, '4,,a').replace('9,0,b', '9,,b'), 6, '(also line 11)'),
  data('CRLF and a bad field', withRow(4, 'x,1,a').replace(/\n/g, '\r\n'), 4, '"x" in "x" is not a number'),
  data('a quote that is never closed', withRow(4, '"2,1,a'), 4, 'A quote is not closed'),
  data('semicolons', points.replace(/,/g, ';'), 1, 'Fields are separated by semicolons'),
  data('semicolons and decimal commas', 'x;y\n1,5;2\n', 1, 'Fields are separated by semicolons and decimal commas'),
  data('tabs in a .csv', points.replace(/,/g, '\t'), 1, 'Fields are separated by tabs'),
  data('bars', points.replace(/,/g, '|'), 1, 'Fields are separated by bars'),
  data('spaces', '1 2 0\n3 4 1\n5 6 0\n', 1, 'Fields are separated by spaces'),
  data('a "sep=" line', `sep=;\n${points.replace(/,/g, ';')}`, 1, 'Excel'),
  data('old Mac line ends', points.replace(/\n/g, '\r'), 1, 'Lines end in CR alone'),
  data('one class', points.replace(/,b/g, ',a'), 0, 'there must be at least 2 classes'),
  data('one row', `${header}\n0,1,a`, 0, 'training needs at least 2'),
  data('one column', 'class\na\nb\na\nb\n', 0, 'inputs are missing'),
  data(
    'a picture in place of a table',
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13),
    0,
    'is binary',
  ),
  data('UTF-16', Uint8Array.of(0xff, 0xfe, 0x31, 0, 0x2c, 0), 0, 'UTF-16'),
  data('Latin-1', Uint8Array.of(0x78, 0x2c, 0xe9, 0x0a, 0x31, 0x2c, 0x32), 0, 'not UTF-8'),
  data('a damaged gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0, 'points.csv is'),
  data('a gzip file cut short', gzipSync(bytes(points)).subarray(0, 40), 0, 'points.csv is'),
  broken(
    table,
    '"path": "points.csv"',
    '"path": "nowhere.csv"',
    '"nowhere.csv" can\'t be read: there is no such file.',
  ),
  broken(table, '"path": "points.csv"', '"path": "points"', '"points" can\'t be read'),
  broken(table, '"path": "points.csv"', '"path": "points.data"', 'does not say its format'),
  broken(table, '"path": "points.csv"', '"path": "points.xlsx"', 'is a spreadsheet; save the sheet as CSV'),
  broken(table, '"path": "points.csv"', '"path": "https://example.org/points.csv"', 'is an address'),
  broken(table, '"path": "points.csv"', '"path": "points.csv", "target": "klass"', 'did you mean "class"?'),
  broken(table, '"path": "points.csv"', '"path": "points.csv", "target": "price"', 'it has x, y, class'),
  broken(table, '"path": "points.csv"', '"path": "points.csv", "target": 3', 'there is no column 3'),
  broken(table, '"path": "points.csv"', '"path": "points.csv", "target": ["x", "y", "class"]', 'all are targets'),
  broken(
    table,
    '"path": "points.csv"',
    '"path": "points.csv", "target": ["x", "class"], "task": "classification"',
    'Classification takes one target column',
  ),
  broken(table, '"path": "points.csv"', '"path": "points.csv", "inputShape": [3]', 'but the data has 2 input columns'),
  broken(
    table,
    '"path": "points.csv"',
    '"path": "points.csv", "split": { "train": 0.98, "validation": 0.02 }',
    'too few for a validation part',
  ),
];

export const badInputs: readonly BadInput[] = [...wrongSizes, ...sides, ...values, ...shapes, ...syntax, ...dataFiles];
