import * as l10n from '@vscode/l10n';
import type { Fix } from '../spec/fix.ts';
import { insertFix, rateFix, reluFix } from './fixes.ts';
import { percent, rule, short, type Moment } from './rule.ts';
import { weightedLayers } from './structure.ts';

export const notLearning = rule({
  id: 'not_learning',
  thresholds: {
    epochs: { value: 10, doc: 'Epochs a network is given.', minimum: 1 },
    margin: {
      value: 0.01,
      doc: 'Share within which the loss is as good as the constant predictor’s.',
      minimum: 0,
      maximum: 1,
    },
  },
  when: ({ epochs, margin }) =>
    `After ${epochs} epochs an epoch’s training loss is within ${percent(margin)} of that of a network that always gives the same answer; or it is above that, and no lower than in the first epoch.`,
  reason: 'Always saying the same, whatever comes in, would do as well.',
  remedy:
    'The first fix of each rule that has spoken before; where none has, a hidden layer, ReLU, or learning rate × 10.',
  watch(moment, limits) {
    const { ended, epochs, constantLoss, memory } = moment;
    const loss = ended.at(-1);
    if (loss !== undefined) memory['first'] ??= ended[0]!;
    if (loss === undefined || epochs < limits.epochs || constantLoss === undefined) return [];
    const close = Math.abs(loss - constantLoss) <= limits.margin * constantLoss;
    const stuck = loss > constantLoss && loss > (1 - limits.margin) * memory['first']!;
    if (!close && !stuck) return [];
    return [
      {
        layer: null,
        message: l10n.t(
          'After {0} epochs the loss is {1}, and always giving the same answer costs {2}; {3}.',
          epochs,
          short(loss),
          short(constantLoss),
          stuck
            ? l10n.t('it has not fallen since the first epoch')
            : l10n.t('within {0} is no learning', percent(limits.margin)),
        ),
        fixes: fixesFor(moment),
      },
    ];
  },
});

function fixesFor({ graph, found }: Moment): Fix[] {
  const others = [...new Map(Object.values(found).map((fix) => [fix.title, fix])).values()];
  if (others.length > 0) return others;
  const weighted = weightedLayers(graph);
  const hidden = weighted.filter(({ hidden }) => hidden);
  const output = weighted.at(-1);
  if (hidden.length === 0 && output) {
    const [before = 'input'] = output.layer.inputs;
    return [
      insertFix(graph, l10n.t('Add a hidden layer of 16 units'), before, {
        type: 'dense',
        units: 16,
        activation: 'relu',
        weights: 'he_normal',
      }),
    ];
  }
  const raise = rateFix(graph.network, 10);
  return hidden.every(({ activation }) => activation === 'linear') ? [reluFix(hidden), raise] : [raise];
}
