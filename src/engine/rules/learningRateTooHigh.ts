import * as l10n from '@vscode/l10n';
import { rateFix, scaleFirst } from './fixes.ts';
import { percent, rule, short, type Finding, type Moment } from './rule.ts';

/** Epochs it takes to tell an oscillation from a first fall. */
const least = 10;
/** Where no update has reached this share of the weights, swings are those of batches of unequal size, not of the network. */
const still = 1e-6;

export const learningRateTooHigh = rule({
  id: 'learning_rate_too_high',
  thresholds: {
    updateRatio: { value: 0.1, doc: 'Largest size of an update, measured by the weights.', minimum: 0 },
    change: { value: 0.03, doc: 'Change of the loss from epoch to epoch that counts as a swing.', minimum: 0 },
    share: { value: 0.2, doc: 'Share of epochs in which the loss may swing back.', minimum: 0, maximum: 1 },
  },
  when: ({ updateRatio, change, share }) =>
    `An update is larger than ${short(updateRatio)} of a layer’s weights (3e-4 to 3e-3 is healthy), or must have been, from how their norm changed between two records; or, over at least ${least} epochs, the loss swings back by ${short(change)} or more in ${percent(share)} of them (where the target is a number and the constant predictor costs more than 1, ${short(change)} of that).`,
  reason:
    'Steps that large jump over the valley they should go down, and can push units past the point where they ever fire again.',
  remedy: 'Standardized inputs where they are far out; learning rate × 0.1.',
  watch(moment, limits) {
    const { graph, record, facts, leastUpdates, memory } = moment;
    const swings = swingShare(moment, limits.change);
    const found = (layer: string | null, message: string): Finding[] => [
      { layer, message, fixes: [...scaleFirst(facts), rateFix(graph.network, 0.1)] },
    ];
    const largest = record.layers.reduce(
      (a, b) => ((b.updateRatio ?? 0) > (a?.updateRatio ?? 0) ? b : a),
      record.layers[0],
    );
    const ratio = largest?.updateRatio ?? 0;
    if (largest && ratio > limits.updateRatio) {
      return found(
        largest.id,
        l10n.t(
          'One update changed the weights of "{0}" by {1} of their size; more than {2} is too much, {3} is healthy. Lower the learning rate ({4}).',
          largest.id,
          short(ratio),
          short(limits.updateRatio),
          short(1e-3),
          short(record.learningRate),
        ),
      );
    }
    // A network that died between two records has no updates left to see, but its weights tell.
    const unseen = Math.max(0, ...leastUpdates);
    memory['most'] = Math.max(memory['most'] ?? 0, ratio, unseen);
    if (unseen > limits.updateRatio) {
      const { id } = record.layers[leastUpdates.indexOf(unseen)]!;
      return found(
        id,
        l10n.t(
          'The weights of "{0}" have changed so much since the record before that one update must have been {1} of their size or more; above {2} is too much, {3} is healthy. Lower the learning rate ({4}).',
          id,
          short(unseen),
          short(limits.updateRatio),
          short(1e-3),
          short(record.learningRate),
        ),
      );
    }
    if (swings === undefined || swings < limits.share || memory['most'] < still) return [];
    return found(
      null,
      l10n.t(
        'The loss swings up and down in {0} of the epochs; {1} is too many. Lower the learning rate ({2}).',
        percent(swings),
        percent(limits.share),
        short(record.learningRate),
      ),
    );
  },
});

/** Share of the epochs so far in which the loss changed by enough, against the change before; undefined while it is too early. */
function swingShare({ ended, epochs, graph, constantLoss, memory }: Moment, change: number): number | undefined {
  const scale = graph.data.task === 'regression' ? Math.max(1, constantLoss ?? 1) : 1;
  for (const loss of ended) {
    const before = memory['loss'];
    memory['loss'] = loss;
    if (before === undefined) continue;
    const now = loss - before;
    if (now * (memory['change'] ?? 0) < 0 && Math.abs(now) >= change * scale)
      memory['swings'] = (memory['swings'] ?? 0) + 1;
    memory['change'] = now;
  }
  return epochs < least ? undefined : (memory['swings'] ?? 0) / epochs;
}
