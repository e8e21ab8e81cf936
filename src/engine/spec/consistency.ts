import * as l10n from '@vscode/l10n';
import type { LayerMetrics } from '../training/events.ts';
import { layerRow } from '../layers/index.ts';
import { formulaFault } from './formula.ts';
import { listed, nearest } from './names.ts';
import { reservedIds, type NetworkText } from './network.ts';
import type { Problem } from './problems.ts';
import { layerIds } from './resolve.ts';
import { most } from './validate.ts';

type Written = Readonly<Record<string, unknown>>;

/** What no schema can say and no data is needed for: values that do not go with one another. */
export function inconsistencies(file: NetworkText): Problem[] {
  return [
    ...dataProblems(file.data),
    ...initializerProblems(file.defaults ?? {}, 'defaults'),
    ...raiAsBias(file.defaults ?? {}, 'defaults'),
    ...formulaProblems(file.defaults ?? {}, 'defaults'),
    ...layerProblems(file.layers, file.defaults ?? {}),
    ...optimizerProblems(file.training?.optimizer),
    ...expectProblems(file),
  ].slice(0, most);
}

const error = (path: string, rule: string, message: string, meant?: string): Problem => ({
  ...{ severity: 'error', rule, message, path },
  ...(meant === undefined ? {} : { meant }),
});

function dataProblems(data: Written): Problem[] {
  const problems: Problem[] = [];
  if (data.source === 'file' && data.path === undefined) {
    problems.push(
      error(
        'data.path',
        'missing_path',
        l10n.t('"path" is missing: the source is "file". Add the data file\'s path, relative to this file.'),
      ),
    );
  }
  const split = data.split as Record<string, number> | undefined;
  if (split) {
    const sum = Object.values(split).reduce((sum, part) => sum + part, 0);
    if (Math.abs(sum - 1) > 1e-6) {
      const parts = Object.entries(split).map(([key, part]) => `${key} ${part}`);
      problems.push(
        error(
          'data.split',
          'split_sum',
          l10n.t('The parts ({0}) add up to {1}; they must add up to 1.', parts.join(', '), Number(sum.toFixed(6))),
        ),
      );
    }
  }
  const range = (data.scale as { range?: readonly [number, number] } | undefined)?.range;
  if (range && range[0] >= range[1]) {
    problems.push(
      error(
        'data.scale.range',
        'scale_range',
        l10n.t('The range goes from {0} to {1}; the first number must be less than the second.', range[0], range[1]),
      ),
    );
  }
  const corrupt = data.corrupt as { kind: string; amount: number } | undefined;
  if (corrupt?.kind === 'mask' && corrupt.amount > 1) {
    const message = l10n.t('"amount" is {0}; for a mask it is a share, at most 1.', corrupt.amount);
    problems.push(error('data.corrupt.amount', 'mask_share', message));
  }
  return problems;
}

function layerProblems(layers: readonly Written[], defaults: Written): Problem[] {
  if (layers.length === 0)
    return [
      error(
        'layers',
        'no_layers',
        l10n.t('The network has no layers. Add one, such as { "id": "output", "type": "dense", "units": 1 }.'),
      ),
    ];
  const problems: Problem[] = [];
  const ids = layerIds(layers);
  const first = new Map<string, number>();
  const read = new Set<string>();
  const place = new Map(ids.map((id, index) => [id, index]));
  layers.forEach((layer, index) => {
    if (problems.length >= most) return;
    const id = ids[index]!;
    const path = `layers.${index}`;
    if (reservedIds.includes(id)) {
      problems.push(
        error(`${path}.id`, 'reserved_id', l10n.t('The id "{0}" means something else. Choose another.', id)),
      );
    } else if (first.has(id)) {
      problems.push(
        error(
          `${path}.id`,
          'duplicate_id',
          l10n.t('The id "{0}" is layer {1}\'s already. Choose another.', id, first.get(id)! + 1),
        ),
      );
    } else first.set(id, index);
    problems.push(...inputProblems(layer, index, place, path));
    problems.push(...initializerProblems(layer, path), ...biasProblems(layer, defaults, path));
    problems.push(...formulaProblems(layer, path));
    for (const input of (layer.inputs as readonly string[] | undefined) ?? [ids[index - 1] ?? 'input']) read.add(input);
  });
  if (problems.length > 0) return problems;
  ids.slice(0, -1).forEach((id, index) => {
    if (read.has(id)) return;
    const message = l10n.t(
      '"{0}" leads nowhere: no later layer reads it. Name it in a later layer\'s "inputs", or remove it.',
      id,
    );
    problems.push(error(`layers.${index}`, 'unread_layer', message));
  });
  return problems;
}

function inputProblems(layer: Written, index: number, places: ReadonlyMap<string, number>, path: string): Problem[] {
  return ((layer.inputs as readonly string[] | undefined) ?? []).flatMap((input, n) => {
    const place = input === 'input' ? -1 : places.get(input);
    if (place !== undefined && place < index) return [];
    const earlier = ['input', ...[...places.keys()].slice(0, index)];
    const near = place === undefined ? nearest(input, earlier) : undefined;
    const fault =
      place === undefined
        ? l10n.t('There is no layer "{0}".', input)
        : l10n.t('"{0}" is not before this layer.', input);
    const remedy = near
      ? l10n.t('Did you mean "{0}"?', near)
      : l10n.t('Name an earlier one: {0}.', listed(earlier.slice(-8)));
    return [error(`${path}.inputs.${n}`, 'unknown_input', `${fault} ${remedy}`, near)];
  });
}

function initializerProblems(layer: Written, path: string): Problem[] {
  return ['weights', 'bias'].flatMap((key) => {
    const { name, min, max } = (layer[key] ?? {}) as { name?: string; min?: number; max?: number };
    if (name !== 'uniform' || min! <= max!) return [];
    return [
      error(
        `${path}.${key}`,
        'initializer_range',
        l10n.t('"min" is {0} and "max" is {1}; "min" must not be greater than "max".', min!, max!),
      ),
    ];
  });
}

function formulaProblems({ activation }: Written, path: string): Problem[] {
  const { formula } = (activation ?? {}) as { formula?: string };
  const fault = formula === undefined ? undefined : formulaFault(formula);
  return fault === undefined ? [] : [error(`${path}.activation.formula`, 'formula', fault)];
}

/** `rai` draws a layer's bias with its weights. */
function biasProblems(layer: Written, defaults: Written, path: string): Problem[] {
  if (layer.bias === undefined || nameOf(layer.weights ?? defaults.weights) !== 'rai') return raiAsBias(layer, path);
  const message = l10n.t('"rai" draws the bias too. Remove "bias", or choose other initial weights.');
  return [error(`${path}.bias`, 'bias_drawn', message)];
}

function raiAsBias({ bias }: Written, path: string): Problem[] {
  if (nameOf(bias) !== 'rai') return [];
  return [error(`${path}.bias`, 'bias_drawn', l10n.t('"rai" draws weights and bias together. Set it as "weights".'))];
}

const nameOf = (value: unknown): unknown =>
  typeof value === 'string' ? value : (value as { name?: string } | undefined)?.name;

function optimizerProblems(optimizer: unknown): Problem[] {
  const { nesterov, momentum = 0 } = (optimizer ?? {}) as { nesterov?: boolean; momentum?: number };
  if (!nesterov || momentum > 0) return [];
  return [
    error(
      'training.optimizer.nesterov',
      'nesterov_without_momentum',
      l10n.t('"nesterov" needs a momentum. Add "momentum": 0.9, or remove "nesterov".'),
    ),
  ];
}

/** Figures of a metrics record that are numbers: what `expect` may name. */
const metrics = [
  'loss',
  'accuracy',
  'penalty',
  'learningRate',
  'step',
  'epoch',
  'validation.loss',
  'validation.accuracy',
  'test.loss',
  'test.accuracy',
  'evaluated.step',
  'evaluated.samples',
  'evaluated.of',
];
const layerMetrics = Object.keys({
  units: 0,
  dead: 0,
  nearlyDead: 0,
  batchInactive: 0,
  sparsity: 0,
  saturated: 0,
  deadPieces: 0,
  dormant: 0,
  gradientNorm: 0,
  updateRatio: 0,
  meanActivation: 0,
  stdActivation: 0,
} satisfies Record<Exclude<keyof LayerMetrics, 'id'>, 0>);

/** The layers of which there are figures. */
const measuredIn = (file: NetworkText): string[] =>
  layerIds(file.layers).filter((_, index) => {
    const { type, unitsField } = layerRow(String(file.layers[index]!.type));
    return unitsField !== undefined || type === 'activation';
  });

/** Everything `expect` may name. */
export const metricsOf = (file: NetworkText): string[] => [
  ...metrics,
  ...measuredIn(file).flatMap((id) => layerMetrics.map((figure) => `layers.${id}.${figure}`)),
];

/** A figure that no run of this network has is worth a word before training; judged, it fails as any that is absent. */
function expectProblems(file: NetworkText): Problem[] {
  const measured = measuredIn(file);
  return (file.expect ?? []).flatMap(({ metric }, index) => {
    const wrong = metricFault(metric, measured);
    if (wrong === undefined) return [];
    return [{ ...error(`expect.${index}.metric`, 'unknown_metric', ...wrong), severity: 'warning' }];
  });
}

/** What is wrong with a figure's name, and the name that was probably meant. */
function metricFault(metric: string, measured: readonly string[]): [message: string, meant?: string] | undefined {
  const [head, id, figure, ...rest] = metric.split('.');
  if (head === 'layers' && id !== undefined && figure !== undefined && rest.length === 0) {
    if (!measured.includes(id)) {
      const near = nearest(id, measured);
      const message = l10n.t('There are no figures of a layer "{0}". {1}', id, suggestion(near, measured));
      return near === undefined ? [message] : [message, `layers.${near}.${figure}`];
    }
    if (layerMetrics.includes(figure)) return undefined;
    const near = nearest(figure, layerMetrics);
    const message = l10n.t('A layer has no figure "{0}". {1}', figure, suggestion(near, layerMetrics));
    return near === undefined ? [message] : [message, `layers.${id}.${near}`];
  }
  if (metrics.includes(metric)) return undefined;
  // Keras's val_accuracy is what was meant, not accuracy.
  const near = nearest(metric.replace(/^val_/, 'validation.'), metrics);
  const message = l10n.t('There is no metric {0}. {1}', JSON.stringify(metric), suggestion(near, metrics));
  return near === undefined ? [message] : [message, near];
}

const suggestion = (near: string | undefined, known: readonly string[]): string =>
  near ? l10n.t('Did you mean "{0}"?', near) : l10n.t('Known: {0}.', listed(known, 'and'));
