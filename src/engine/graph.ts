import * as l10n from '@vscode/l10n';
import { activationRow } from './activations/index.ts';
import type { DataShape } from './data/dataset.ts';
import { layerRow, shapeText, ShapeError, sizeOf, unitsOf, type ParameterRow, type Shape } from './layers/index.ts';
import type { LossName } from './plan/plan.ts';
import type { Layer, Network } from './spec/network.ts';
import type { Fix } from './spec/fix.ts';
import type { Problem } from './spec/problems.ts';

/** A layer with everything shapes tell of it. */
export interface GraphLayer {
  readonly layer: Layer;
  readonly inputShapes: readonly Shape[];
  readonly shape: Shape;
  /** Units, or channels: the last axis. */
  readonly units: number;
  readonly parameters: readonly ParameterRow[];
  readonly parameterCount: number;
  /** Of one forward pass of one sample. */
  readonly multiplyAdds: number;
}

/** The network with shapes: what is drawn and what is compiled. */
export interface Graph {
  readonly network: Network;
  readonly data: DataShape;
  readonly layers: readonly GraphLayer[];
  readonly loss: LossName;
  readonly parameterCount: number;
  readonly multiplyAdds: number;
}

/** The most parameters, and values of one sample, a network may have: beyond it buffers could not be indexed. */
const limit = 2 ** 28;

/** The loss that fits: squared error for numbers, cross-entropy for classes, binary when there is one output. */
function fittingLoss(network: Network, data: DataShape, output: Shape): LossName {
  if (data.task === 'regression') return 'mean_squared_error';
  return sizeOf(output) === 1 || network.layers.at(-1)?.fields.activation?.name === 'sigmoid'
    ? 'binary_crossentropy'
    : 'categorical_crossentropy';
}

/**
 * Works out every layer's shape, parameters and multiply-adds. `layers` holds as many layers as could be worked out, for the
 * drawing; `graph` is there when all could and the output fits the data.
 */
export function infer(
  network: Network,
  given: DataShape,
): { graph?: Graph; layers: GraphLayer[]; problems: Problem[] } {
  const data = target(network, given);
  const problems: Problem[] = [];
  const shapes = new Map<string, Shape>([['input', data.inputShape]]);
  const done: GraphLayer[] = [];
  const report = (index: number, rule: string, message: string, field?: string) =>
    problems.push({ severity: 'error', rule, message, path: field ? `layers.${index}.${field}` : `layers.${index}` });

  for (const [index, layer] of network.layers.entries()) {
    const row = layerRow(layer.type);
    const inputShapes = layer.inputs.map((id) => shapes.get(id));
    // A layer whose input failed has been reported already.
    if (!inputShapes.every((shape) => shape !== undefined)) continue;
    try {
      const shape = row.shape(layer.fields, inputShapes);
      if (sizeOf(shape) > limit) {
        report(
          index,
          'too_large',
          l10n.t('"{0}" has {1} values a sample; at most {2} fit. Make it smaller.', layer.id, shapeText(shape), limit),
          row.unitsField,
        );
        continue;
      }
      const parameters = row.parameters(layer.fields, inputShapes);
      const parameterCount = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      if (parameterCount > limit) {
        report(
          index,
          'too_large',
          l10n.t('"{0}" has {1} parameters; at most {2} fit. Make it smaller.', layer.id, parameterCount, limit),
          row.unitsField,
        );
        continue;
      }
      shapes.set(layer.id, shape);
      done.push({
        layer,
        inputShapes,
        shape,
        units: unitsOf(shape),
        parameters,
        parameterCount,
        multiplyAdds: row.multiplyAdds(layer.fields, inputShapes, shape),
      });
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      report(index, 'shape_mismatch', l10n.t('"{0}" {1}.', layer.id, error.message), error.field);
    }
  }

  const last = done.at(-1);
  const parameterCount = done.reduce((sum, layer) => sum + layer.parameterCount, 0);
  if (parameterCount > limit) {
    problems.push({
      severity: 'error',
      rule: 'too_large',
      path: 'layers',
      message: l10n.t('The network has {0} parameters; at most {1} fit. Make layers smaller.', parameterCount, limit),
    });
  }
  if (!last || problems.length > 0) return { layers: done, problems };

  const loss = network.training.loss ?? fittingLoss(network, data, last.shape);
  problems.push(...fit(network, data, last, loss));
  if (problems.some((problem) => problem.severity === 'error')) return { layers: done, problems };
  const multiplyAdds = done.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
  return { graph: { network, data, layers: done, loss, parameterCount, multiplyAdds }, layers: done, problems };
}

/** What the output is held against: an autoencoder's input takes the labels' place. */
function target(network: Network, { inputShape, samples, ...labels }: DataShape): DataShape {
  if (network.training.target === 'label') return { inputShape, samples, ...labels };
  return { inputShape, samples, task: 'regression', outputs: sizeOf(inputShape) };
}

/** Whether output width, activation and loss can fit the data. */
function fit(network: Network, data: DataShape, last: GraphLayer, loss: LossName): Problem[] {
  const index = network.layers.length - 1;
  const row = layerRow(last.layer.type);
  const path = row.unitsField ? `layers.${index}.${row.unitsField}` : `layers.${index}`;
  const error = (message: string, at = path, ...fixes: Fix[]): Problem[] => [
    { severity: 'error', rule: 'loss_output_mismatch', message, path: at, fixes },
  ];
  const units = (count: number): Fix[] =>
    row.unitsField && last.shape.length === 1
      ? [{ title: l10n.t('Set {0} of "{1}" to {2}', row.unitsField, last.layer.id, count), set: { [path]: count } }]
      : [];
  const use = (loss: LossName): Fix => ({ title: l10n.t('Use {0}', loss), set: { 'training.loss': loss } });
  const restores = network.training.target === 'input';
  if (last.shape.length !== 1 && !restores) {
    return error(
      l10n.t(
        'The output "{0}" is a picture {1}; end with flatten and a dense layer.',
        last.layer.id,
        shapeText(last.shape),
      ),
      `layers.${index}`,
    );
  }
  const outputs = sizeOf(last.shape);
  if (restores) {
    if (outputs !== data.outputs) {
      return error(
        l10n.t(
          'The output "{0}" has {1} values, but it is to restore the input\'s {2}; make them equal.',
          last.layer.id,
          outputs,
          data.outputs,
        ),
        path,
        ...units(data.outputs),
      );
    }
    return loss === 'categorical_crossentropy'
      ? error(
          l10n.t('categorical_crossentropy is for classes, but the target is the input; use mean_squared_error.'),
          'training.loss',
          use('mean_squared_error'),
        )
      : [];
  }
  const lossPath = network.training.loss ? 'training.loss' : path;
  if (data.task === 'regression') {
    if (outputs !== data.outputs) {
      return error(
        l10n.t(
          'The output "{0}" has {1}, but the target has {2}; set units to {3}.',
          last.layer.id,
          unitsText(outputs),
          data.outputs === 1 ? l10n.t('1 column') : l10n.t('{0} columns', data.outputs),
          data.outputs,
        ),
        path,
        ...units(data.outputs),
      );
    }
    if (loss.endsWith('crossentropy')) {
      return error(
        l10n.t('The loss {0} is for classes, but the target is a number; use mean_squared_error.', loss),
        lossPath,
        use('mean_squared_error'),
      );
    }
    return [];
  }
  const single = outputs === 1 && data.outputs === 2;
  if (!single && outputs !== data.outputs) {
    const wanted = data.outputs === 2 ? l10n.t('1 (with sigmoid) or 2 (with softmax)') : String(data.outputs);
    return error(
      l10n.t(
        'The output "{0}" has {1}, but the data has {2} classes; set units to {3}.',
        last.layer.id,
        unitsText(outputs),
        data.outputs,
        wanted,
      ),
      path,
      ...units(data.outputs),
    );
  }
  if (single && loss === 'categorical_crossentropy') {
    return error(
      l10n.t('categorical_crossentropy needs one output a class, but there is one output; use binary_crossentropy.'),
      lossPath,
      use('binary_crossentropy'),
    );
  }
  const activation = last.layer.fields.activation?.name;
  if (activation !== undefined && activationRow(activation).kind === 'rows' && outputs === 1) {
    return error(l10n.t('Softmax over one unit is always 1; use sigmoid.'), `layers.${index}.activation`, {
      title: l10n.t('Use sigmoid'),
      set: { [`layers.${index}.activation`]: 'sigmoid' },
    });
  }
  return [];
}

const unitsText = (count: number): string => (count === 1 ? l10n.t('1 unit') : l10n.t('{0} units', count));
