import * as l10n from '@vscode/l10n';
import { initializerRow } from '../initializers.ts';
import { sizeOf } from '../layers/layer.ts';
import { penaltyFix, rateFix, scaleFirst } from './fixes.ts';
import { rule, short, type Moment } from './rule.ts';
import { weightedLayers } from './structure.ts';

export const explodingWeights = rule({
  id: 'exploding_weights',
  thresholds: {
    growth: { value: 10, doc: 'How many times larger a kernel’s norm may get than it began.', minimum: 1 },
  },
  when: ({ growth }) =>
    `The norm of a layer’s kernel is ${short(growth)} times what it began with, or what glorot weights would begin with if that is more.`,
  reason: 'ReLU has no upper end: larger weights make larger outputs, larger gradients and larger weights again.',
  remedy: 'Learning rate × 0.1 where single updates are large; an l2 penalty.',
  watch(moment, { growth: limit }) {
    const { graph, record, weightNorms, memory, facts } = moment;
    return record.layers.flatMap(({ id, updateRatio }, k) => {
      const norm = weightNorms[k];
      // Weights that are no numbers end a run as diverged, and have grown from nothing.
      if (norm === null || norm === undefined || Number.isNaN(norm)) return [];
      if (record.step === 0) memory[id] = Math.max(norm, usualNorm(moment, id));
      const start = memory[id];
      if (start === undefined || start === 0 || start === Infinity || norm < limit * start) return [];
      const penalty = penaltyFix(weightedLayers(graph).filter(({ layer }) => layer.id === id));
      const rate = rateFix(graph.network, 0.1);
      return {
        layer: id,
        message: l10n.t(
          'The weights of "{0}" have grown from norm {1} to {2}, × {3}; × {4} is too much.',
          id,
          short(start),
          short(norm),
          short(norm / start),
          short(limit),
        ),
        fixes: [...scaleFirst(facts), ...((updateRatio ?? 0) > 0.01 ? [rate, penalty] : [penalty, rate])],
      };
    });
  },
});

/** ‖W‖ of glorot weights: a kernel drawn far too small may grow up to that in peace. */
function usualNorm({ graph }: Moment, id: string): number {
  const kernel = graph.layers.find(({ layer }) => layer.id === id)?.parameters[0];
  return kernel ? initializerRow('glorot_normal').sigma(kernel.fans, {}) * Math.sqrt(sizeOf(kernel.shape)) : 0;
}
