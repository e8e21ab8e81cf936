import * as l10n from '@vscode/l10n';
import { layersFix, reluFix, scaleFirst } from './fixes.ts';
import { percent, rule } from './rule.ts';
import { weightedLayers } from './structure.ts';

export const saturatedUnits = rule({
  id: 'saturated_units',
  thresholds: { share: { value: 0.5, doc: 'Share of a layer’s units that may be saturated.', minimum: 0, maximum: 1 } },
  when: ({ share }) =>
    `More than ${percent(share)} of a layer’s units are saturated: |z| above 3 (tanh) or 6 (sigmoid) on more than 99 % of the data. Not in an output that cross-entropy judges: there it means certainty, and the gradient stays.`,
  reason: 'Where a curve is flat its derivative is nearly 0, so the unit hardly learns, as if it were dead.',
  remedy:
    'Standardized inputs where they are far out; glorot weights where they are others; ReLU with he_normal weights.',
  watch({ graph, record, evaluated, facts }, { share: limit }) {
    if (!evaluated) return [];
    const weighted = weightedLayers(graph);
    return record.layers.flatMap(({ id, saturated, units }) => {
      const share = saturated / units;
      const own = weighted.find(({ applies }) => applies.id === id);
      if (share <= limit || (own?.hidden === false && graph.loss.endsWith('crossentropy'))) return [];
      const fits = !own || /^(glorot_|orthogonal)/.test(own.layer.fields.weights!.name);
      return {
        layer: id,
        message: l10n.t(
          '{0} of {1} units of "{2}" are saturated ({3}; more than {4} is too many).',
          saturated,
          units,
          id,
          percent(share),
          percent(limit),
        ),
        fixes: [
          ...scaleFirst(facts),
          ...(own && !fits
            ? [layersFix(l10n.t('Use glorot_normal weights in "{0}"', own.layer.id), 'weights', [own], 'glorot_normal')]
            : []),
          ...(own?.hidden ? [reluFix([own])] : []),
        ],
      };
    });
  },
});
