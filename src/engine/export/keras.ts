import type { ActivationName } from '../activations/index.ts';
import type { GraphLayer } from '../graph.ts';
import { shapeText, sizeOf, type LayerType } from '../layers/index.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { kerasActivations, kerasDialect, kerasLayers } from './kerasLayers.ts';
import { kerasTraining } from './kerasTraining.ts';
import { comment, formulaLines, indent, literal, loadLines, pythonNames, scalingList, tuple } from './python.ts';
import type { ExportFiles, ExportModel } from './target.ts';

/** A functional model of Keras 3 in one file, with its weights beside it. */
export function exportKeras(model: ExportModel): ExportFiles {
  const { metadata, tensors } = model;
  return { '': kerasText(model), '.safetensors': writeSafetensors({ metadata, tensors }) };
}

function kerasText(model: ExportModel): string {
  const { network, graph, known } = model;
  const { scaling, shape } = known;
  const variable = pythonNames();
  const values = new Map([['input', 'x']]);
  const taken = new Set(graph.layers.map(({ layer }) => layer.id));
  const build: string[] = [];
  const functions: string[] = [];
  const weights: string[] = [];
  /** A layer's name beside the ids of the file. */
  const beside = (wanted: string): string => {
    let name = wanted;
    while (taken.has(name)) name += '_';
    taken.add(name);
    return name;
  };
  const { corrupt } = network.data;
  if (corrupt && corrupt.amount > 0) {
    const call = corrupt.kind === 'gaussian' ? 'layers.GaussianNoise' : 'Mask';
    build.push(`x = ${call}(${corrupt.amount}, name="${beside('corrupt')}")(x)`);
  }
  for (const entry of graph.layers) {
    const { layer } = entry;
    const own = variable(layer.id);
    const inputs = layer.inputs.map((id) => values.get(id)!);
    values.set(layer.id, own);
    const written = kerasLayers[layer.type as LayerType](entry);
    if (written.tensors)
      weights.push(`"${layer.id}": ${literal(written.tensors.map((role) => `${layer.id}.${role}`))},`);
    const { activation } = layer.fields;
    let function_ = '';
    if (activation?.formula !== undefined) {
      function_ = variable(`${layer.id}_activation`);
      functions.push(`def ${function_}(x):`, `    # ${comment(activation.formula)}`);
      functions.push(...indent(formulaLines(activation.formula, kerasDialect)), '', '');
    }
    const said = activation && kerasActivations[activation.name as ActivationName](activation.parameters, function_);
    const plain = layer.type === 'activation' && said === undefined ? ['"linear"'] : [];
    const after = activation ? activationLayers(entry, beside) : [];
    const first = [
      ...plain,
      ...written.arguments,
      ...(said === undefined ? [] : [layer.type === 'activation' ? said : `activation=${said}`]),
      ...regularizers(model, entry, written.decaying ?? []),
      `name="${layer.id}"`,
    ];
    const given = inputs.length > 1 ? `[${inputs.join(', ')}]` : inputs[0]!;
    build.push(`${own} = layers.${written.call}(${first.join(', ')})(${given})`);
    for (const { call, parts, name, tensor } of after) {
      build.push(`${own} = layers.${call}(${[...parts, `name="${name}"`].join(', ')})(${own})`);
      if (tensor !== undefined) weights.push(`"${name}": ["${layer.id}.${tensor}"],`);
    }
    const activity = layer.fields.regularization?.activityL1 ?? 0;
    if (activity > 0) build.push(`${own} = ActivityL1(${activity}, name="${beside(`${layer.id}_activity`)}")(${own})`);
  }
  const width = scaling.shift.length;
  const body = [
    ...functions,
    'def scale(x):',
    ...indent([
      '"""Raw rows as the network was trained on them, in the shape of its input."""',
      `x = (np.asarray(x, "float64").reshape(-1, ${width}) - SHIFT) / DIVISOR`,
      `return x.astype("float32").reshape(-1, ${shape.inputShape.join(', ')})`,
    ]),
    ...['', '', 'def build():'],
    ...indent([
      `inputs = x = keras.Input(${tuple(shape.inputShape)}, name="input")`,
      ...build,
      `return keras.Model(inputs, ${values.get(graph.layers.at(-1)!.layer.id)!})`,
    ]),
    ...['', ''],
    ...loading(weights),
    ...['', ''],
    'def predict(x, model=None):',
    ...indent([
      `"""Outputs for raw rows of ${sizeOf(shape.inputShape)} values, each a sample."""`,
      'model = load(build()) if model is None else model',
      'return model.predict(scale(x), verbose=0)',
    ]),
    ...['', ''],
    ...kerasTraining(model),
  ];
  const { classes } = shape;
  return [
    `# ${comment(network.name) || `A network of ${shapeText(shape.inputShape)} inputs`}: written by Rectifier, for Keras 3.`,
    ...['import json', 'import math', 'import struct', 'from pathlib import Path', ''],
    ...['import keras', 'import numpy as np', 'from keras import layers, ops, regularizers', ''],
    `SHIFT = np.array(${scalingList(scaling.shift)})`,
    `DIVISOR = np.array(${scalingList(scaling.divisor)})`,
    ...(classes && network.training.target === 'label' ? [`CLASSES = ${literal(classes)}`] : []),
    ...['', ''],
    ...Object.entries(helpers)
      .filter(([name]) => body.some((line) => line.includes(`${name}(`)))
      .flatMap(([, lines]) => [...lines, '', '']),
    ...body,
    '',
  ].join('\n');
}

interface After {
  readonly call: string;
  readonly parts: readonly string[];
  readonly name: string;
  readonly tensor?: string;
}

/** PReLU and maxout are layers of their own; a unit's pieces lie side by side. */
function activationLayers({ layer, shape }: GraphLayer, beside: (wanted: string) => string): After[] {
  const { name, parameters } = layer.fields.activation!;
  const parts = shape.length === 3 ? ['shared_axes=(1, 2)'] : [];
  if (name === 'prelu') {
    const start = `alpha_initializer=keras.initializers.Constant(${parameters['initial']})`;
    return [{ call: 'PReLU', parts: [start, ...parts], name: beside(`${layer.id}_slope`), tensor: 'slope' }];
  }
  if (name !== 'maxout') return [];
  const pieces = parameters['pieces']!;
  return [
    { call: 'Reshape', parts: [tuple([sizeOf(shape) * pieces, 1])], name: beside(`${layer.id}_pieces`) },
    { call: 'MaxPooling1D', parts: [String(pieces)], name: beside(`${layer.id}_maxout`) },
    { call: 'Reshape', parts: [tuple(shape)], name: beside(`${layer.id}_units`) },
  ];
}

/** Penalties, and weight decay as the penalty it is, but for adamw's, which Keras has. */
function regularizers({ network }: ExportModel, { layer }: GraphLayer, decaying: readonly string[]): string[] {
  const { weightDecay, name } = network.training.optimizer;
  const decay = name === 'adamw' ? 0 : weightDecay / 2;
  const { l1 = 0, l2 = 0 } = layer.fields.regularization ?? {};
  return decaying.flatMap((tensor) => {
    const [a, b] = tensor === 'kernel' ? [l1, l2 + decay] : [0, decay];
    return a > 0 || b > 0 ? [`${tensor}_regularizer=regularizers.L1L2(${a}, ${b})`] : [];
  });
}

const helpers: Readonly<Record<string, readonly string[]>> = {
  // Not as an activity_regularizer: some releases of Keras divide what that gives by the batch, others do not.
  ActivityL1: [
    'class ActivityL1(layers.Layer):',
    '    """Adds amount · Σ|x| ÷ samples to the loss."""',
    '',
    '    def __init__(self, amount, **rest):',
    '        super().__init__(**rest)',
    '        self.amount = amount',
    '',
    '    def call(self, x):',
    '        self.add_loss(self.amount * ops.sum(ops.abs(x)) / ops.cast(ops.shape(x)[0], x.dtype))',
    '        return x',
  ],
  Mask: [
    'class Mask(layers.Layer):',
    '    """Sets a share of the values to 0 while training; the others stay as they are."""',
    '',
    '    def __init__(self, share, **rest):',
    '        super().__init__(**rest)',
    '        self.share = share',
    '        self.seeds = keras.random.SeedGenerator()',
    '',
    '    def call(self, x, training=False):',
    '        kept = keras.random.uniform(ops.shape(x), seed=self.seeds) >= self.share',
    '        return x * ops.cast(kept, x.dtype) if training else x',
  ],
};

const loading = (weights: readonly string[]): string[] => [
  "# Each layer's tensors in Keras's order.",
  ...loadLines(weights, [
    '',
    'def tensor(name):',
    '    begin, end = (8 + length + offset for offset in header[name]["data_offsets"])',
    '    return np.frombuffer(data[begin:end], "<f4")',
    '',
    'for name, sources in WEIGHTS.items():',
    '    layer = model.get_layer(name)',
    '    shapes = [weight.shape for weight in layer.get_weights()]',
    '    layer.set_weights([tensor(source).reshape(shape) for source, shape in zip(sources, shapes)])',
  ]),
];
