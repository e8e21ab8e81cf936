import assert from 'node:assert/strict';
import type { StreamEvent } from '../../../src/engine/training/events.ts';
import { findingsOf } from '../../../src/webview/run/findings.ts';
import { networkText, runOf } from './networks.ts';

const zero = { nearlyDead: 0, batchInactive: 0, saturated: 0, dormant: 0, sparsity: 0, meanActivation: 0 };
const rest = { ...zero, gradientNorm: 0.1, updateRatio: 0.001, stdActivation: 1 };

describe('What the rules found in a run', () => {
  const run = runOf(networkText());
  const warning = (rule: string, layer: string | null): StreamEvent => ({
    ...{ event: 'warning', step: 60, rule, layer, severity: 'warning', message: 'Something.', fix: null, fixes: [] },
  });
  run.receive({
    type: 'events',
    events: [
      {
        ...{ event: 'metrics', step: 100, epoch: 5, loss: 0.5, learningRate: 0.1 },
        evaluated: { step: 100, samples: 80, of: 80 },
        layers: [{ id: 'hidden', units: 5, dead: 3, ...rest }],
      },
      ...[warning('dying_relu', 'hidden'), warning('vanishing_gradient', 'hidden'), warning('unscaled_input', null)],
    ],
  });

  it('says when it first was so, and what is counted now where something is counted', () => {
    assert.deepEqual(
      findingsOf(run, []).map(({ message }) => message),
      ['Something. (first at step 60, now 3 of 5)', 'Something. (first at step 60)', 'Something. (first at step 60)'],
    );
  });

  it('leaves out what is said of the file already', () => {
    const problem = { severity: 'warning', rule: 'unscaled_input', message: '', path: 'data' } as const;
    const place = { ...problem, line: 1, column: 1, offset: 0, length: 0 };
    assert.deepEqual(
      findingsOf(run, [place]).map(({ rule }) => rule),
      ['dying_relu', 'vanishing_gradient'],
    );
  });
});
