import * as l10n from '@vscode/l10n';
import type { Fix } from '../spec/fix.ts';
import type { Graph } from '../graph.ts';
import { batchNormFix, layersFix, madeFor, named, reluFamily, reluFix } from './fixes.ts';
import { rule, short } from './rule.ts';
import { weightedLayers } from './structure.ts';

export const vanishingGradient = rule({
  id: 'vanishing_gradient',
  thresholds: {
    ratio: { value: 1e-3, doc: 'Least gradient norm of the first layer, measured by the last one’s.', minimum: 0 },
    norm: { value: 1e-4, doc: 'Gradient norm of the first layer below which it counts.', minimum: 0 },
  },
  when: ({ ratio, norm }) =>
    `The first layer’s gradient norm is below ${short(ratio)} of the last one’s, and below ${short(norm)}.`,
  reason: 'The first layers then stay as they were drawn, and all after them learn from noise.',
  remedy: 'ReLU with he_normal weights; batch normalization; fewer layers.',
  watch({ graph, record }, limits) {
    const layers = record.layers.filter(({ gradientNorm }) => gradientNorm !== null);
    const first = layers[0];
    const last = layers.at(-1);
    if (!first || !last || first === last) return [];
    const [small, large] = [first.gradientNorm!, last.gradientNorm!];
    if (!(large > 0 && small / large < limits.ratio && small < limits.norm)) return [];
    return [
      {
        layer: first.id,
        message: l10n.t(
          'The gradient vanishes on its way back: its norm is {0} in "{1}" and {2} in "{3}", {4} of it; below {5} the first layers do not learn.',
          short(small),
          first.id,
          short(large),
          last.id,
          short(small / large),
          short(limits.ratio),
        ),
        fixes: fixesFor(graph),
      },
    ];
  },
});

function fixesFor(graph: Graph): Fix[] {
  const hidden = weightedLayers(graph).filter(({ hidden }) => hidden);
  const curved = hidden.filter(({ activation }) => !reluFamily.has(activation));
  const small = hidden.filter(
    ({ layer, activation }) =>
      reluFamily.has(activation) && madeFor(activation, layer.fields.weights!.name) !== layer.fields.weights!.name,
  );
  const middle = hidden[Math.floor(hidden.length / 2)];
  const relu = curved.length > 0 ? [reluFix(hidden)] : [];
  const he =
    curved.length === 0 && small.length > 0
      ? [
          layersFix(
            l10n.t('Use he_normal weights in {0}', named(small.map(({ layer }) => layer))),
            'weights',
            small,
            'he_normal',
          ),
        ]
      : [];
  return [...relu, ...he, ...(middle ? [batchNormFix(graph, middle.applies.id)] : [])];
}
