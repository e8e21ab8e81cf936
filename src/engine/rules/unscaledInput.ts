import * as l10n from '@vscode/l10n';
import { outness } from './facts.ts';
import { scaleFix } from './fixes.ts';
import { rule, short } from './rule.ts';

export const unscaledInput = rule({
  id: 'unscaled_input',
  thresholds: { size: { value: 5, doc: 'Largest size of an input column’s mean, and largest σ.', minimum: 0 } },
  when: ({ size }) =>
    `An input column, as the network sees it, has a mean beyond ±${short(size)} or a σ above ${short(size)}.`,
  reason: 'Large inputs make large gradients in the first layer: one step can put most of its units out for good.',
  remedy: 'Standardized inputs.',
  check({ facts }, { size }) {
    if (!facts || outness(facts.furthest) <= size) return [];
    const { name, mean, sigma } = facts.furthest;
    return [
      {
        layer: null,
        path: 'data.scale',
        message: l10n.t(
          'The input "{0}" has mean {1} and σ {2}; more than {3} is far from what weights are drawn for. Standardize the inputs.',
          name,
          short(mean),
          short(sigma),
          short(size),
        ),
        fixes: [scaleFix()],
      },
    ];
  },
});
