import { explodingGradient } from '../../engine/rules/explodingGradient.ts';
import { limitsOf, type Rule } from '../../engine/rules/index.ts';
import { poorInitialization } from '../../engine/rules/poorInitialization.ts';
import { hiddenIds } from '../../engine/rules/structure.ts';
import { vanishingGradient } from '../../engine/rules/vanishingGradient.ts';
import type { Panel } from '../store.ts';
import type { Band } from './band.ts';

/** Where the ratio of update to weight is healthy (cs231n); outside the ticks a rule speaks up. */
export const updateBand: Band = { low: 1e-6, high: 1, from: 3e-4, to: 3e-3, ticks: [1e-6, 0.1], log: true };

/** About half of a ReLU layer's outputs are zero where its sums are as often negative as positive (Glorot et al. 2011). */
export const zerosBand: Band = { low: 0, high: 1, from: 0.4, to: 0.6 };

/** A rule's thresholds as the person has set them. */
export const limitsIn = ({ settings }: Panel, rule: Rule) => limitsOf(rule, settings.rules);

/** The band of a gradient's norm: between vanished and exploded. */
export const gradientBand = (panel: Panel): Band => ({
  ...{ low: 1e-8, high: 1e4, log: true },
  from: limitsIn(panel, vanishingGradient)['norm']!,
  to: limitsIn(panel, explodingGradient)['norm']!,
});

/** The band of a layer's σ before training, by its id: where it is in proportion to all other hidden layers'. None for an output. */
export function spreadBand(panel: Panel): (id: string) => Band | undefined {
  const { graph } = panel.drawing ?? {};
  const hidden: ReadonlySet<string> = graph ? hiddenIds(graph) : new Set();
  const all = (panel.previews.standing?.seen?.layers ?? []).flatMap(({ id, stdActivation }) =>
    hidden.has(id) ? stdActivation || [] : [],
  );
  const ratio = limitsIn(panel, poorInitialization)['ratio']!;
  const from = Math.max(...all) / ratio;
  const band: Band = { low: 1e-4, high: 1e4, from, to: Math.max(from, Math.min(...all) * ratio), log: true };
  return (id) => (hidden.has(id) && all.length > 1 ? band : undefined);
}
