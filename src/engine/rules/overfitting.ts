import * as l10n from '@vscode/l10n';
import { insertFix, penaltyFix } from './fixes.ts';
import { epochsText, percent, rule, short, type Evaluated } from './rule.ts';
import { weightedLayers } from './structure.ts';

export const overfitting = rule({
  id: 'overfitting',
  thresholds: {
    epochs: { value: 10, doc: 'Epochs it looks back.', minimum: 1 },
    rise: {
      value: 0.05,
      doc: 'Share of the validation loss by which it must have risen, so that chance is not called a rise.',
      minimum: 0,
    },
  },
  when: ({ epochs, rise }) =>
    `At each evaluation of the last ${epochs} epochs, two at least, the validation loss is above what it was ${epochs} epochs before, in the newest by ${percent(rise)}, while the training loss fell.`,
  reason: 'The network learns its samples by heart: it gets better on them and worse on all others.',
  remedy: 'An end at the epoch where the validation loss was lowest; dropout; an l2 penalty.',
  watch({ graph, evaluated, evaluations, memory }, limits) {
    const now = evaluations.at(-1);
    if (!evaluated || !now) return [];
    if (now.validation < (memory['best'] ?? Infinity))
      Object.assign(memory, { best: now.validation, epoch: now.epoch });
    const recent = evaluations.filter(({ epoch }) => epoch > now.epoch - limits.epochs);
    const before = ({ epoch }: Evaluated) => evaluations.filter((other) => other.epoch <= epoch - limits.epochs).at(-1);
    const then = before(now);
    const rose = recent.every((one) => one.validation > (before(one)?.validation ?? Infinity));
    if (recent.length < 2 || !rose || !then || then.training === null || now.training === null) return [];
    if (now.training >= then.training || now.validation < (1 + limits.rise) * then.validation) return [];
    const best = Math.max(1, memory['epoch'] ?? now.epoch);
    const weighted = weightedLayers(graph);
    const last = weighted.filter(({ hidden }) => hidden).at(-1);
    return [
      {
        layer: null,
        message: l10n.t(
          'The validation loss rose from {0} to {1} in {2} while the training loss fell from {3} to {4}; {5} up is too much.',
          short(then.validation),
          short(now.validation),
          epochsText(now.epoch - then.epoch),
          short(then.training),
          short(now.training),
          percent(limits.rise),
        ),
        fixes: [
          { title: l10n.t('End after {0}', epochsText(best)), set: { 'training.epochs': best } },
          ...(last
            ? [
                insertFix(graph, l10n.t('Add dropout behind "{0}"', last.applies.id), last.applies.id, {
                  type: 'dropout',
                  rate: 0.5,
                }),
              ]
            : []),
          penaltyFix(weighted),
        ],
      },
    ];
  },
});
