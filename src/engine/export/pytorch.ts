import { activationRow, type ActivationName } from '../activations/index.ts';
import { sizeOf, unitsOf, type LayerType } from '../layers/index.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { comment, formulaLines, indent, literal, loadLines, pythonNames, scalingList, tuple } from './python.ts';
import { trainingLines } from './pytorchTraining.ts';
import { torchActivations, torchDialect, torchHelpers, torchLayers } from './pytorchLayers.ts';
import type { ExportFiles, ExportModel } from './target.ts';

/** A module of PyTorch (1.13 and later) in one file that needs nothing else, with its weights beside it. */
export function exportPytorch(model: ExportModel): ExportFiles {
  const { metadata, tensors } = model;
  return { '': pytorchText(model), '.safetensors': writeSafetensors({ metadata, tensors }) };
}

function pytorchText(model: ExportModel): string {
  const { network, graph, known } = model;
  const name = pythonNames();
  const values = new Map([['input', 'x']]);
  const modules: string[] = [];
  const forward: string[] = [];
  const functions: string[] = [];
  const weights: string[] = [];
  const penalties: string[] = [];
  const slopes: string[] = [];
  const fused = fusedOutput(model);
  for (const entry of graph.layers) {
    const { layer, shape } = entry;
    const own = name(layer.id);
    values.set(layer.id, own);
    const inputs = layer.inputs.map((id) => values.get(id)!);
    const { module, value, tensors = [] } = torchLayers[layer.type as LayerType](entry, `self.${own}`, inputs);
    if (module) modules.push(`self.${own} = ${module}`);
    for (const [theirs, ours, axes] of tensors)
      weights.push(`"${own}.${theirs}": ("${layer.id}.${ours}", ${axes ? tuple(axes) : 'None'}),`);
    const { activation, regularization } = layer.fields;
    const last = entry === graph.layers.at(-1);
    if (!activation || (last && fused)) forward.push(`${own} = ${value}`);
    else {
      let other = '';
      if (activation.name === 'prelu') {
        const slope = name(`${layer.id}_slope`);
        other = `self.${slope}`;
        slopes.push(slope);
        modules.push(
          `self.${slope} = nn.Parameter(torch.full((${unitsOf(shape)},), ${activation.parameters['initial']}))`,
        );
        weights.push(`"${slope}": ("${layer.id}.slope", None),`);
      } else if (activation.formula !== undefined) {
        other = name(`${layer.id}_activation`);
        functions.push(
          `def ${other}(x):`,
          `    # ${comment(activation.formula)}`,
          ...indent(formulaLines(activation.formula, torchDialect)),
          '',
          '',
        );
      }
      const write = torchActivations[activation.name as ActivationName];
      forward.push(`${own} = ${write(value, activation.parameters, other)}`);
    }
    const { l1 = 0, l2 = 0 } = regularization ?? {};
    if (l1 > 0) penalties.push(`${l1} * model.${own}.weight.abs().sum()`);
    if (l2 > 0) penalties.push(`${l2} * model.${own}.weight.square().sum()`);
    const activityL1 = regularization?.activityL1 ?? 0;
    if (activityL1 > 0) forward.push(`self.activity = self.activity + ${activityL1} * ${own}.abs().sum() / len(x)`);
  }
  const end = graph.layers.at(-1)!;
  const out = values.get(end.layer.id)!;
  const active = graph.layers.some(({ layer }) => (layer.fields.regularization?.activityL1 ?? 0) > 0);
  const { corrupt } = network.data;
  const noise =
    corrupt?.kind === 'gaussian'
      ? [`x = x + ${corrupt.amount} * torch.randn_like(x)`]
      : [`x = x * (torch.rand_like(x) >= ${corrupt?.amount})`];
  const body = [
    'x = self.scale(x)',
    ...(corrupt && corrupt.amount > 0 ? ['if self.training:', ...indent(noise)] : []),
    ...(active ? ['self.activity = 0.0'] : []),
    ...forward,
    `return ${out}`,
  ];
  const { inputShape, classes } = known.shape;
  const module = [
    'class Network(nn.Module):',
    ...indent(['def __init__(self):', ...indent(['super().__init__()', ...scaleBuffers(model), ...modules]), '']),
    ...indent([
      'def scale(self, x):',
      ...indent([
        '"""Raw rows as the network was trained on them, in the shape of its input."""',
        `x = torch.as_tensor(x, dtype=torch.float64, device=self.shift.device).reshape(-1, ${known.scaling.shift.length})`,
        `return ((x - self.shift) / self.divisor).float().reshape(-1, ${inputShape.join(', ')})`,
      ]),
      '',
    ]),
    ...(fused
      ? indent([
          'def logits(self, x):',
          ...indent(body),
          '',
          'def forward(self, x):',
          ...indent([`return ${torchActivations[fused]('self.logits(x)', {}, '')}`]),
        ])
      : indent(['def forward(self, x):', ...indent(body)])),
  ];
  const text = [
    ...module,
    '',
    '',
    ...loading(weights),
    '',
    '',
    'def predict(x, model=None):',
    ...indent([
      `"""Outputs for raw rows of ${sizeOf(inputShape)} values, each a sample."""`,
      'model = load(Network()) if model is None else model',
      'model.eval()',
      'with torch.no_grad():',
      '    return model(x)',
    ]),
    '',
    '',
    ...trainingLines(model, fused !== undefined, { penalties, slopes }),
  ];
  const lines = [...functions, ...text];
  const helpers = Object.entries(torchHelpers)
    .filter(([helper]) => lines.some((line) => line.includes(`${helper}(`)))
    .flatMap(([, lines]) => [...lines, '', '']);
  return [
    `# ${comment(network.name) || 'A network'}: written by Rectifier. Values lie as in the network file, channels last.`,
    ...['import json', 'import math', 'import struct', 'from pathlib import Path', ''],
    ...['import torch', 'import torch.nn.functional as F', 'from torch import nn', ''],
    `INPUT_SHAPE = ${tuple(inputShape)}`,
    ...(classes && network.training.target === 'label' ? [`CLASSES = ${literal(classes)}`] : []),
    ...['', ''],
    ...helpers,
    ...lines,
    '',
  ].join('\n');
}

/** The output activation that the loss takes in, as it is exact for large values. */
function fusedOutput({ graph, network }: ExportModel): 'softmax' | 'sigmoid' | undefined {
  const { activation, regularization } = graph.layers.at(-1)!.layer.fields;
  if (!activation || (regularization?.activityL1 ?? 0) > 0 || network.training.target === 'input') return undefined;
  if (activationRow(activation.name).kind === 'rows' && graph.loss === 'categorical_crossentropy') return 'softmax';
  return activation.name === 'sigmoid' && graph.loss === 'binary_crossentropy' ? 'sigmoid' : undefined;
}

const scaleBuffers = ({ known: { scaling } }: ExportModel): string[] =>
  (['shift', 'divisor'] as const).map(
    (key) => `self.register_buffer("${key}", torch.tensor(${scalingList(scaling[key])}, dtype=torch.float64))`,
  );

const loading = (weights: readonly string[]): string[] => [
  "# Where each of PyTorch's tensors comes from, and the order its axes are put in.",
  ...loadLines(weights, [
    'state = {"shift": model.shift, "divisor": model.divisor}',
    'for name, (source, axes) in WEIGHTS.items():',
    ...indent([
      'begin, end = (8 + length + offset for offset in header[source]["data_offsets"])',
      'values = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).reshape(header[source]["shape"])',
      'state[name] = values.permute(axes) if axes else values',
    ]),
    'model.load_state_dict(state, strict=False)',
  ]),
];
