import * as l10n from '@vscode/l10n';
import { rateFix } from './fixes.ts';
import { percent, rule, short } from './rule.ts';

/** Later a small step may just mean that there is little left to learn; so may a loss that is this share of the constant predictor's. */
const early = 10;
const learned = 0.1;

export const learningRateTooLow = rule({
  id: 'learning_rate_too_low',
  thresholds: { updateRatio: { value: 1e-6, doc: 'Least size of an update, measured by the weights.', minimum: 0 } },
  when: ({ updateRatio }) =>
    `In the first ${early} epochs no layer’s update reaches ${short(updateRatio)} of its weights, though there is a gradient, and more than ${percent(learned)} of the constant predictor’s loss is left. A schedule’s own factor is taken out.`,
  reason: 'At this pace nothing will have changed when training ends.',
  remedy: 'Learning rate × 10.',
  watch({ graph, record, epochs, constantLoss, leastUpdates }, { updateRatio: limit }) {
    const { training } = graph.network;
    // A warm-up or a decay that is meant to make small steps.
    const factor = training.learningRate === 0 ? 1 : record.learningRate / training.learningRate;
    const moved = record.layers.filter(
      ({ updateRatio, gradientNorm }) => updateRatio !== null && (gradientNorm ?? 0) > 0,
    );
    const solved = constantLoss !== undefined && record.loss !== null && record.loss < learned * constantLoss;
    if (epochs > early || solved || factor === 0 || moved.length === 0) return [];
    const largest = moved.reduce((a, b) => (b.updateRatio! > a.updateRatio! ? b : a));
    const ratio = largest.updateRatio! / factor;
    // The last batch may be one with nothing left to learn; earlier ones have moved the weights.
    if (ratio >= limit || leastUpdates.some((least) => least / factor >= limit)) return [];
    return [
      {
        layer: null,
        message: l10n.t(
          'The largest update, in "{0}", is {1} of the weights; below {2} nothing is learned, {3} is healthy. Raise the learning rate ({4}).',
          largest.id,
          short(ratio),
          short(limit),
          short(1e-3),
          short(record.learningRate),
        ),
        fixes: [rateFix(graph.network, ratio === 0 ? 10 : 10 ** Math.max(1, Math.round(Math.log10(1e-3 / ratio))))],
      },
    ];
  },
});
