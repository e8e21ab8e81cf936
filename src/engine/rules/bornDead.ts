import * as l10n from '@vscode/l10n';
import type { Graph } from '../graph.ts';
import type { Fix } from '../spec/fix.ts';
import { biasOf, layersFix, named, takesPush } from './fixes.ts';
import { percent, rule } from './rule.ts';
import { canDie, hiddenIds, weightedLayers, type Weighted } from './structure.ts';

/** A weight and its opposite are equally likely: then a unit is on for one half of what may come. */
function symmetric({ layer }: Weighted): boolean {
  const { name, parameters } = layer.fields.weights!;
  if (name === 'uniform') return parameters['min'] === -parameters['max']!;
  return /^(he_|glorot_|lecun_|fan_in_uniform$|orthogonal$|normal$)/.test(name);
}

/** Hidden dense layers that the bound speaks of. A convolution's channel sees many patches, so that it would say far too much of it. */
const atRisk = (graph: Graph): Weighted[] =>
  weightedLayers(graph).filter((entry) => {
    const { bias } = entry.layer.fields;
    const none = !bias || bias.name === 'zeros' || (bias.name === 'constant' && bias.parameters['value'] === 0);
    const { hidden, normalized, activation, layer } = entry;
    return hidden && !normalized && layer.type === 'dense' && activation === 'relu' && none && symmetric(entry);
  });

const reluLike: ReadonlySet<string> = new Set(['relu', 'relu6']);

const chanceOf = (units: readonly number[]): number => 1 - units.reduce((alive, n) => alive * (1 - 2 ** -n), 1);

/**
 * Upper bound on the chance that a whole hidden layer starts dead: 1 − Π(1 − 2^−N) over hidden relu layers of N units with symmetric
 * weights and no bias (Lu, Shin, Su & Karniadakis 2019).
 */
export const bornDeadChance = (graph: Graph): number =>
  chanceOf(atRisk(graph).map(({ graphLayer }) => graphLayer.units));

/** Units a layer needs so that all of them together stay under one in a hundred. */
function enough(layers: number): number {
  let units = 1;
  while (chanceOf(new Array<number>(layers).fill(units)) > 0.01) units++;
  return units;
}

function fixesFor(graph: Graph, layers: readonly Weighted[]): Fix[] {
  const pushed = layers.filter((entry) => biasOf(entry) < 0 && takesPush(entry));
  const flat = layers.filter(({ layer }) => /^(zeros|constant)$/.test(layer.fields.weights!.name));
  const wide = enough(layers.length);
  const narrow = layers.filter(({ graphLayer, layer }) => layer.type === 'dense' && graphLayer.units < wide);
  const own = layers.filter(takesPush);
  // Of what else can die a lean to one side may be the wrong one, and rai has no bias of the layer's own.
  const drawn = layers.filter(
    ({ index, activation, layer }) =>
      reluLike.has(activation) &&
      layer.fields.weights!.name !== 'rai' &&
      !('bias' in (graph.network.written.layers[index] ?? {})),
  );
  return [
    ...(flat.length > 0
      ? [
          layersFix(
            l10n.t('Use he_normal weights in {0}', named(flat.map(({ layer }) => layer))),
            'weights',
            flat,
            'he_normal',
          ),
        ]
      : []),
    ...(pushed.length > 0 ? [layersFix(l10n.t('Set the negative bias to 0.1'), 'bias', pushed, 0.1)] : []),
    ...(narrow.length > 0
      ? [layersFix(l10n.t('Give {0} {1} units', named(narrow.map(({ layer }) => layer)), wide), 'units', narrow, wide)]
      : []),
    ...(drawn.length === layers.length && drawn.length > 0
      ? [layersFix(l10n.t('Use rai weights, which lean to one side'), 'weights', layers, 'rai')]
      : []),
    ...(pushed.length === 0 && own.length > 0 ? [layersFix(l10n.t('Set the bias to 0.1'), 'bias', own, 0.1)] : []),
  ];
}

export const bornDead = rule({
  id: 'born_dead',
  thresholds: { chance: { value: 0.3, doc: 'Highest chance of a network that starts dead.', minimum: 0, maximum: 1 } },
  when: ({ chance }) =>
    `A whole hidden layer is dead at step 0; or, before training, the chance of that may be above ${percent(chance)}: at most 1 − Π(1 − 2^−N) over hidden dense relu layers of N units with symmetric weights and no bias (Lu et al. 2019).`,
  reason:
    'Behind a layer that is 0 for every sample the output is always the same, and no gradient comes back through it.',
  remedy: 'Wider layers; rai weights; a small positive bias.',
  counts: 'dead',
  check({ graph }, { chance: limit }) {
    const layers = atRisk(graph);
    const chance = chanceOf(layers.map(({ graphLayer }) => graphLayer.units));
    if (chance <= limit) return [];
    const narrowest = layers.reduce((a, b) => (b.graphLayer.units < a.graphLayer.units ? b : a));
    return [
      {
        layer: null,
        path: `layers.${narrowest.index}.units`,
        message:
          layers.length === 1
            ? l10n.t(
                'One narrow relu layer, "{0}" of {1}: in at most {2} of seeds it is dead from the start; more than {3} is too many. Make it wider.',
                narrowest.layer.id,
                narrowest.graphLayer.units,
                percent(chance),
                percent(limit),
              )
            : l10n.t(
                '{0} narrow relu layers, the first "{1}" of {2}: in at most {3} of seeds a whole layer is dead from the start; more than {4} is too many. Make them wider.',
                layers.length,
                narrowest.layer.id,
                narrowest.graphLayer.units,
                percent(chance),
                percent(limit),
              ),
        fixes: fixesFor(graph, layers),
      },
    ];
  },
  watch({ graph, record }) {
    if (record.step > 0) return [];
    const hidden = hiddenIds(graph);
    const dead = record.layers.find(({ id, dead, units }) => hidden.has(id) && canDie(graph, id) && dead === units);
    if (!dead) return [];
    const risky = atRisk(graph);
    const all = weightedLayers(graph).filter(({ hidden }) => hidden);
    const relus = all.filter(({ activation }) => activation === 'relu');
    const own = all.find(({ applies }) => applies.id === dead.id);
    const others = relus.length > 0 ? relus : all;
    const layers = risky.some(({ applies }) => applies.id === dead.id) ? risky : own ? [own] : others;
    return [
      {
        layer: dead.id,
        message: l10n.t(
          'All {0} units of "{1}" are dead at step 0: the output is the same for every sample, and nothing before it can learn.',
          dead.units,
          dead.id,
        ),
        fixes: fixesFor(graph, layers),
      },
    ];
  },
});
