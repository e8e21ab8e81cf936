import * as l10n from '@vscode/l10n';
import { activationRow } from '../activations/index.ts';
import type { Graph } from '../graph.ts';
import type { Fix } from '../spec/fix.ts';
import type { Network } from '../spec/network.ts';
import { outness, type DataFacts } from './facts.ts';
import type { Weighted } from './structure.ts';

/** The fixes that several rules offer. */

/** A parameter of the optimiser; where the file names none, or only its name, the whole object is written. */
export function optimizerFix({ written, training }: Network, title: string, key: string, value: number): Fix {
  const own = written.training?.optimizer;
  if (typeof own === 'object') return { title, set: { [`training.optimizer.${key}`]: value } };
  return { title, set: { 'training.optimizer': { name: training.optimizer.name, [key]: value } } };
}

/** Multiplies the learning rate, without the noise of binary fractions. */
export function rateFix(network: Network, factor: number): Fix {
  const { learningRate, optimizer } = network.training;
  const usual = optimizer.name === 'sgd' || optimizer.name === 'adagrad' ? 0.01 : 0.001;
  const value = learningRate === 0 ? usual : Number((learningRate * factor).toPrecision(6));
  return optimizerFix(network, l10n.t('Set the learning rate to {0}', value), 'learningRate', value);
}

export const clipFix = (network: Network): Fix =>
  optimizerFix(network, l10n.t('Clip gradients to norm 1'), 'clipNorm', 1);

export const scaleFix = (): Fix => ({ title: l10n.t('Standardize the inputs'), set: { 'data.scale': 'standardize' } });

/** Scaling the inputs, where they lie far out: then little else helps. */
export const scaleFirst = (facts: DataFacts | undefined): Fix[] =>
  facts && outness(facts.furthest) > 5 ? [scaleFix()] : [];

/** How a fix names some layers: `"a"`, or how many. */
export const named = (layers: readonly { readonly id: string }[]): string =>
  layers.length === 1 ? `"${layers[0]!.id}"` : l10n.t('{0} layers', layers.length);

/** Sets one key of some layers. */
export const layersFix = (
  title: string,
  key: string,
  layers: readonly { readonly index: number }[],
  value: unknown,
): Fix => ({
  title,
  set: Object.fromEntries(layers.map(({ index }) => [`layers.${index}.${key}`, value])),
});

/** ReLU with the weights made for it, in some layers. */
export function reluFix(layers: readonly Weighted[]): Fix {
  const set: Record<string, unknown> = {};
  for (const { index, applies } of layers) {
    set[`layers.${applies.index}.activation`] = 'relu';
    set[`layers.${index}.weights`] = 'he_normal';
  }
  return { title: l10n.t('Use ReLU with he_normal weights in {0}', named(layers.map(({ layer }) => layer))), set };
}

/** Another name of a layer's bias: layers whose weights draw the bias too can't take one. */
const takesBias = ({ layer }: Weighted): boolean => layer.fields.weights?.name !== 'rai';

/** A layer behind another, under an id not in use. */
export function insertFix({ layers }: Graph, title: string, after: string, layer: Record<string, unknown>): Fix {
  const type = String(layer['type']);
  const ids = new Set(layers.map(({ layer }) => layer.id));
  let id = type;
  for (let n = 1; ids.has(id); n++) id = `${type}_${n}`;
  return { title, insert: { after, layer: { id, ...layer } } };
}

export const batchNormFix = (graph: Graph, after: string): Fix =>
  insertFix(graph, l10n.t('Add batch normalization behind "{0}"', after), after, { type: 'batch_norm' });

/** The initialiser made for an activation, normal or uniform as the one there is; undefined where none is the one. */
export function madeFor(activation: string, now: string): string | undefined {
  const kind = now.endsWith('uniform') ? 'uniform' : 'normal';
  if (reluFamily.has(activation)) return `he_${kind}`;
  if (activation === 'selu') return `lecun_${kind}`;
  if (['tanh', 'sigmoid', 'softsign', 'hard_sigmoid', 'softmax', 'linear'].includes(activation))
    return `glorot_${kind}`;
  return undefined;
}

/** The initialiser made for each hidden layer's activation; nothing where all have it. */
export function madeForFix(layers: readonly Weighted[]): Fix[] {
  const wrong = layers.flatMap(({ hidden, index, layer, activation }) => {
    const { name } = layer.fields.weights!;
    const better = madeFor(activation, name);
    return hidden && better !== undefined && better !== name ? [[`layers.${index}.weights`, better] as const] : [];
  });
  return wrong.length > 0
    ? [{ title: l10n.t('Use the weights made for each activation'), set: Object.fromEntries(wrong) }]
    : [];
}

/** Half of what comes in is cut off: He's weights make up for it. */
export const reluFamily: ReadonlySet<string> = new Set(['relu', 'leaky_relu', 'prelu', 'relu6']);

/** The bias a layer starts with where that is one number; 0 where it is drawn, or there is none. */
export const biasOf = ({ layer }: Weighted): number =>
  (layer.fields.bias && layer.fields.bias.name === 'constant' ? layer.fields.bias.parameters['value'] : undefined) ?? 0;

/** A bias of 0.1 would push its units, which can die, towards their open side: of a formula it is not known which that is. */
export const takesPush = (entry: Weighted): boolean =>
  takesBias(entry) &&
  entry.activation !== 'custom' &&
  activationRow(entry.activation).inactive === 'zero' &&
  biasOf(entry) < 0.1;

/** An l2 penalty of 0.001 in the layers that have none; ten times as much as now where all have one. */
export function penaltyFix(layers: readonly Weighted[]): Fix {
  const penaltyOf = ({ layer }: Weighted) => layer.fields.regularization?.l2 ?? 0;
  const key = 'regularization.l2';
  const free = layers.filter((entry) => penaltyOf(entry) === 0);
  if (free.length > 0) {
    const title = l10n.t('Add an l2 penalty of 0.001 to {0}', named(free.map(({ layer }) => layer)));
    return layersFix(title, key, free, 0.001);
  }
  const title = l10n.t('Make the l2 penalty of {0} ten times as strong', named(layers.map(({ layer }) => layer)));
  const raised = layers.map((entry) => [
    `layers.${entry.index}.${key}`,
    Number((10 * penaltyOf(entry)).toPrecision(6)),
  ]);
  return { title, set: Object.fromEntries(raised) as Record<string, number> };
}
