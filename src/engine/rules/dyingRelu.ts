import * as l10n from '@vscode/l10n';
import type { Fix } from '../spec/fix.ts';
import { batchNormFix, biasOf, layersFix, rateFix, scaleFirst, takesPush } from './fixes.ts';
import { percent, rule, type Moment } from './rule.ts';
import { canDie, weightedLayers } from './structure.ts';

export const dyingRelu = rule({
  id: 'dying_relu',
  thresholds: {
    share: { value: 0.1, doc: 'Share of a layer’s units that may be dead.', minimum: 0, maximum: 1 },
    units: { value: 2, doc: 'Fewest dead units that are worth a word.', minimum: 1 },
    errorShare: { value: 0.5, doc: 'Share of dead units above which it is an error.', minimum: 0, maximum: 1 },
  },
  when: ({ share, units, errorShare }) =>
    `More than ${percent(share)} of a layer, and at least ${units} units, are dead; an error above ${percent(errorShare)}. Only where inactive is exactly 0: relu, relu6, hard_sigmoid, hard_swish, custom.`,
  reason:
    'A unit that gives 0 for every sample gets no gradient, so it stays as it is and the layer has that much less to work with.',
  remedy:
    'Learning rate × 0.1 if they died in training, a bias of 0.1 if they were dead at the start; leaky_relu or prelu; he weights; batch normalization.',
  counts: 'dead',
  watch(moment, limits) {
    const { graph, record, evaluated, memory } = moment;
    if (!evaluated) return [];
    return record.layers.flatMap(({ id, dead, units }) => {
      if (!canDie(graph, id)) return [];
      if (record.step === 0) memory[id] = dead;
      const share = dead / units;
      if (dead < limits.units || share <= limits.share) return [];
      const grave = share > limits.errorShare;
      return {
        severity: grave ? ('error' as const) : ('warning' as const),
        layer: id,
        message: l10n.t(
          '{0} of {1} units of "{2}" are dead ({3}; more than {4} is too many).',
          dead,
          units,
          id,
          percent(share),
          percent(grave ? limits.errorShare : limits.share),
        ),
        fixes: fixesFor(moment, id, (memory[id] ?? 0) > dead / 2),
      };
    });
  },
});

/** What was dead before the first update no smaller step could have saved. */
function fixesFor({ graph, facts }: Moment, id: string, fromStart: boolean): Fix[] {
  const weighted = weightedLayers(graph);
  const own = weighted.find(({ applies }) => applies.id === id);
  const { network } = graph;
  const at = network.layers.findIndex((layer) => layer.id === id);
  const pushed = own !== undefined && biasOf(own) < 0;
  const start: Fix[] = [];
  if (own && !own.layer.fields.weights!.name.startsWith('he_') && own.layer.fields.weights!.name !== 'rai')
    start.push(layersFix(l10n.t('Use he_normal weights in "{0}"', own.layer.id), 'weights', [own], 'he_normal'));
  if (own && takesPush(own))
    start[pushed ? 'unshift' : 'push'](
      layersFix(l10n.t('Set the bias of "{0}" to 0.1', own.layer.id), 'bias', [own], 0.1),
    );
  const kinder = ['leaky_relu', 'prelu'].map((name): Fix => ({
    title: l10n.t('Use {0} in "{1}"', name, id),
    set: { [`layers.${at}.activation`]: name },
  }));
  const rate = rateFix(network, 0.1);
  const rest = own?.hidden === false || own?.normalized ? [] : [batchNormFix(graph, id)];
  return fromStart
    ? [...scaleFirst(facts), ...start, ...kinder, rate, ...rest]
    : [...scaleFirst(facts), rate, ...kinder, ...start, ...rest];
}
