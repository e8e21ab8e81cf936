import * as l10n from '@vscode/l10n';
import { clipFix, madeForFix, rateFix, scaleFirst } from './fixes.ts';
import { rule, short, type Finding } from './rule.ts';
import { weightedLayers } from './structure.ts';

export const explodingGradient = rule({
  id: 'exploding_gradient',
  thresholds: {
    norm: { value: 70, doc: 'Largest gradient norm of a layer.', minimum: 0 },
    growth: {
      value: 10,
      doc: 'How many times larger a layer’s gradient norm may be than that of the layer after it.',
      minimum: 1,
    },
    pairs: { value: 2, doc: 'Pairs of neighbours that must grow so.', minimum: 1 },
  },
  when: ({ norm, growth, pairs }) =>
    `A layer’s gradient norm is above ${short(norm)}, or grows × ${short(growth)} from a layer to the one before it, in at least ${pairs} pairs.`,
  reason: 'One step then throws the weights far from where they were, and often puts units out for good.',
  remedy:
    'Standardized inputs where they are far out; the weights made for each activation where the first epoch has it already; gradient clipping; learning rate × 0.1.',
  watch({ graph, record, facts, epochs }, limits) {
    const layers = record.layers
      .filter(({ gradientNorm }) => gradientNorm !== null)
      .map(({ id, gradientNorm }) => ({ id, norm: gradientNorm! }));
    const largest = layers.reduce<(typeof layers)[number] | undefined>(
      (a, b) => (a && a.norm >= b.norm ? a : b),
      undefined,
    );
    if (!largest) return [];
    const { network } = graph;
    const found = (layer: string, message: string): Finding[] => {
      // Where the first epoch has it already, no update is to blame.
      const early = epochs <= 1 ? madeForFix(weightedLayers(graph)) : [];
      const clip = network.training.optimizer.clipNorm === 0 ? [clipFix(network)] : [];
      return [{ layer, message, fixes: [...scaleFirst(facts), ...early, ...clip, rateFix(network, 0.1)] }];
    };
    if (largest.norm > limits.norm) {
      return found(
        largest.id,
        l10n.t(
          'The gradient norm of "{0}" is {1}; more than {2} throws the weights about.',
          largest.id,
          short(largest.norm),
          short(limits.norm),
        ),
      );
    }
    const growing = layers.slice(1).filter(({ norm }, k) => norm > 0 && layers[k]!.norm >= limits.growth * norm);
    if (growing.length < limits.pairs) return [];
    return found(
      layers[0]!.id,
      l10n.t(
        'The gradient grows on its way back, at least × {0} from a layer to the one before in {1} places, to {2} in "{3}"; {4} are too many.',
        short(limits.growth),
        growing.length,
        short(largest.norm),
        largest.id,
        limits.pairs,
      ),
    );
  },
});
