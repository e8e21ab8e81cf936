import * as l10n from '@vscode/l10n';
import { activationRow } from '../activations/index.ts';
import type { Graph } from '../graph.ts';
import type { Fix } from '../spec/fix.ts';
import type { DataFacts } from './facts.ts';
import { madeFor } from './fixes.ts';
import { rule, short, type Finding } from './rule.ts';
import { weightedLayers, type Weighted } from './structure.ts';

/** The values an activation can give. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  sigmoid: [0, 1],
  hard_sigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Infinity],
  relu6: [0, 6],
  softplus: [0, Infinity],
};

/** Sets the output's activation, weights made for it, and the loss where the file names one. */
function pair({ network }: Graph, { index, layer, applies }: Weighted, activation: string, loss: string): Fix {
  const weights = layer.fields.weights!.name;
  const set = {
    [`layers.${applies.index}.activation`]: activation,
    ...(activation === 'sigmoid' && weights.startsWith('he_')
      ? { [`layers.${index}.weights`]: madeFor(activation, weights) }
      : {}),
    ...(network.training.loss === undefined ? {} : { 'training.loss': loss }),
  };
  return { title: l10n.t('Use {0} with {1}', activation, loss), set };
}

/** What is wrong with a classifier's output though its width fits. */
function forClasses(graph: Graph, output: Weighted): string | undefined {
  const { loss, data } = graph;
  const { activation } = output;
  const { id } = output.layer;
  const wanted = output.graphLayer.units === 1 ? 'sigmoid' : 'softmax';
  if (activation === 'softmax' && loss === 'binary_crossentropy')
    return l10n.t(
      'The output "{0}" is softmax, but binary_crossentropy judges each output by itself. Use categorical_crossentropy.',
      id,
    );
  if (activation === 'sigmoid' && wanted === 'softmax')
    return l10n.t(
      'The output "{0}" is sigmoid, so its {1} classes need not add up to 1, though each sample has just one. Use softmax with categorical_crossentropy.',
      id,
      data.outputs,
    );
  if (!loss.endsWith('crossentropy')) {
    if (activation !== wanted) return undefined;
    return l10n.t(
      'The output "{0}" is {1}: {2} hardly pulls at samples that are surely wrong. Use {3}.',
      ...[id, activation, loss, wanted === 'sigmoid' ? 'binary_crossentropy' : 'categorical_crossentropy'],
    );
  }
  if (activationRow(activation).kind === 'rows' || activation === 'sigmoid') return undefined;
  return l10n.t('The output "{0}" is {1}, but {2} needs probabilities. Use {3}.', id, activation, loss, wanted);
}

/** What is wrong with an output that is held against numbers. */
function forNumbers(
  { network }: Graph,
  { activation, layer: { id } }: Weighted,
  facts: DataFacts | undefined,
): string | undefined {
  const [low, high] = ranges[activation] ?? [-Infinity, Infinity];
  const restores = network.training.target === 'input';
  const { least = low, most = high } = (restores ? facts?.inputs : facts?.targets) ?? {};
  if (activation === 'softmax' && !restores)
    return l10n.t('The output "{0}" is softmax, whose values add up to 1, but the target is a number. Use linear.', id);
  if (least < low || most > high) {
    const target = [short(least), short(most)];
    return high === Infinity
      ? l10n.t(
          'The output "{0}" is {1}, which is never below {2}, but the target goes from {3} to {4}. Use linear.',
          id,
          activation,
          low,
          ...target,
        )
      : l10n.t(
          'The output "{0}" is {1}, which stays from {2} to {3}, but the target goes from {4} to {5}. Use linear.',
          id,
          activation,
          low,
          high,
          ...target,
        );
  }
  if ((activation === 'relu' || activation === 'relu6') && !restores)
    return l10n.t(
      'The output "{0}" is {1}: a unit that gives 0 for every sample never learns again. Use linear.',
      id,
      activation,
    );
  return undefined;
}

/** The warnings; where width or loss can't fit at all, `infer` says it as an error of this rule. */
export const lossOutputMismatch = rule({
  id: 'loss_output_mismatch',
  thresholds: {},
  when: () =>
    'Output and loss do not go together: softmax with binary_crossentropy, sigmoid for several classes, either with squared or absolute error, an output that can’t reach the targets, relu for a number. An error when the output’s width or the loss can’t fit the target at all.',
  reason: 'The loss then pulls towards something else than what is wanted, or has no slope where it matters.',
  remedy: 'The pair that fits; the number of units that fits.',
  check({ graph, facts }) {
    const output = weightedLayers(graph).at(-1);
    if (!output) return [];
    const { data, loss, network } = graph;
    const classes = data.task === 'classification';
    const message = classes ? forClasses(graph, output) : forNumbers(graph, output, facts);
    if (message === undefined) return [];
    const single = output.graphLayer.units === 1;
    const [activation, fitting] = classes
      ? single
        ? ['sigmoid', 'binary_crossentropy']
        : ['softmax', 'categorical_crossentropy']
      : ['linear', loss];
    const named = classes && network.training.loss !== undefined;
    const atLoss = named && (output.activation === 'softmax' || (single && output.activation === 'sigmoid'));
    const finding: Finding = {
      layer: output.layer.id,
      path: atLoss ? 'training.loss' : `layers.${output.applies.index}.activation`,
      message,
      fixes: [pair(graph, output, activation!, fitting!)],
    };
    return [finding];
  },
});
