import assert from 'node:assert/strict';
import type {
  EndEvent,
  LayerMetrics,
  MetricsEvent,
  StartEvent,
  WarningEvent,
} from '../../../src/engine/training/events.ts';
import type { Look } from '../../../src/engine/look/look.ts';
import { type Run } from '../../../src/webview/run/runState.ts';
import { Announcer, deadText, statusText } from '../../../src/webview/run/status.ts';
import { drawingOf, networkText, runOf } from './networks.ts';

const layer = (id: string, units: number, dead: number): LayerMetrics => ({
  id,
  units,
  dead,
  nearlyDead: 0,
  batchInactive: 0,
  sparsity: 0.5,
  saturated: 0,
  dormant: 0,
  gradientNorm: 0.1,
  updateRatio: 1e-3,
  meanActivation: 0.3,
  stdActivation: 0.5,
});

const metrics = (step: number, dead: number, evaluated = step): MetricsEvent => ({
  event: 'metrics',
  step,
  epoch: 12,
  loss: 0.41,
  accuracy: 0.8,
  validation: { loss: 0.42, accuracy: 0.81 },
  learningRate: 0.1,
  evaluated: { step: evaluated, samples: 80, of: 80 },
  layers: [layer('hidden', 5, dead), layer('output', 1, 0)],
});

const end = (reason: EndEvent['reason'], step: number): EndEvent => ({
  event: 'end',
  reason,
  step,
  seconds: 1,
  stepsPerSecond: 1,
  backend: 'wasm',
  final: null,
  expect: [],
});

const start: StartEvent = {
  event: 'start',
  run: 'r',
  backend: 'wasm',
  reason: '',
  device: '',
  parameters: 21,
  steps: 1500,
  seed: 0,
  layers: [],
};

function runningRun(): Run {
  const run = runOf(networkText({ training: { epochs: 500 } }));
  run.receive({ type: 'events', events: [start, metrics(36, 3)] });
  run.receive({ type: 'state', state: 'running' });
  return run;
}

describe('A run’s figures', () => {
  const run = runningRun();
  const hidden = { id: 'hidden', type: 'dense', units: 5 };
  const output = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' };
  const holds = (...layers: Record<string, unknown>[]) =>
    drawingOf(networkText({ layers })).layers.flatMap((layer) => (run.holdsFor(layer) ? [layer.layer.id] : []));

  it('hold for a layer as it was, wherever it stands and whatever else changed', () => {
    assert.deepEqual(holds(hidden, output), ['hidden', 'output']);
    assert.deepEqual(holds({ ...hidden, id: 'new' }, { ...hidden, weights: 'zeros' }, output), ['hidden', 'output']);
  });

  it('do not hold for one of another activation, size or type', () => {
    assert.deepEqual(holds({ ...hidden, activation: 'tanh' }, output), ['output']);
    assert.deepEqual(holds({ ...hidden, units: 6 }, output), ['output']);
    assert.deepEqual(holds({ id: 'hidden', type: 'dropout', rate: 0.5 }, output), ['output']);
  });
});

describe('What a run makes of the data', () => {
  it('is kept while nobody asks for it, as long as the weights are the same', () => {
    const run = runOf(networkText());
    const judged = { samples: 1, of: 1, part: 'validation' } as const;
    const output = { kind: 'numbers' } as unknown as NonNullable<Look['output']>;
    const look = (more: { step: number; output?: typeof output }) =>
      run.receive({ type: 'looked', look: { judged, ...more } });
    look({ step: 5, output });
    look({ step: 5 });
    assert.equal(run.look?.output, output);
    look({ step: 6 });
    assert.equal(run.look?.output, undefined);
  });
});

describe('Dead units that no rule speaks of', () => {
  it('are named where their share is the largest', () => {
    assert.equal(deadText(runningRun()), '3 of 5 units of hidden are dead.');
  });

  it('are not spoken of when there are none', () => {
    const run = runOf(networkText());
    assert.equal(deadText(run), undefined);
    run.receive({ type: 'events', events: [metrics(1, 0)] });
    assert.equal(deadText(run), undefined);
  });
});

describe('The training status', () => {
  it('says epoch, loss, dead units and backend while training', () => {
    assert.equal(statusText(runningRun()), 'Epoch 12 of 500, loss 0.41, 3 of 5 units dead, wasm');
    const small = runningRun();
    small.latest = { ...small.latest!, loss: 0.00042 };
    assert.equal(statusText(small), 'Epoch 12 of 500, loss 0.00042, 3 of 5 units dead, wasm');
  });

  it('says when training is paused, done, diverged or failed', () => {
    const paused = runningRun();
    paused.receive({ type: 'state', state: 'paused' });
    assert.equal(statusText(paused), 'Paused. Epoch 12 of 500, loss 0.41, 3 of 5 units dead, wasm');
    const done = runningRun();
    done.receive({ type: 'events', events: [end('completed', 1500)] });
    assert.match(statusText(done), /^Completed\. Epoch/);
    const diverged = runningRun();
    diverged.receive({ type: 'events', events: [{ ...end('diverged', 40), tensor: 'hidden.weights' }] });
    assert.match(statusText(diverged), /^Diverged at step 40: hidden\.weights was no longer finite\./);
    const failed = runOf(networkText());
    failed.receive({ type: 'failed', message: 'No memory.', problems: [] });
    assert.equal(statusText(failed), 'Training failed: No memory.');
    assert.equal(failed.state, 'ended');
  });

  it('counts only units that can die', () => {
    const run = runOf(networkText({ defaults: { activation: 'tanh' } }));
    run.receive({ type: 'events', events: [metrics(1, 0)] });
    run.receive({ type: 'state', state: 'running' });
    assert.equal(statusText(run), 'Epoch 12 of 100, loss 0.41');
  });

  it('is announced at once when a run comes to stand, else every five seconds', () => {
    const announcer = new Announcer(5000);
    assert.equal(announcer.offer('a', 'paused', 0).text, 'a');
    assert.equal(announcer.offer('b', 'running', 0).text, 'b');
    assert.deepEqual(announcer.offer('c', 'running', 1000), { text: 'b', again: 4000 });
    assert.deepEqual(announcer.offer('d', 'running', 5000), { text: 'd' });
    assert.deepEqual(announcer.offer('e', 'ended', 5001), { text: 'e' });
  });

  it('says nothing of a run that is prepared in no time', () => {
    const announcer = new Announcer(5000);
    announcer.offer('Not trained yet', 'idle', 0);
    assert.equal(announcer.offer('Preparing to train', 'preparing', 0).text, 'Not trained yet');
    assert.equal(announcer.offer('Epoch 0', 'running', 70).text, 'Not trained yet');
    assert.equal(announcer.offer('Epoch 1, loss 0.41', 'running', 570).text, 'Epoch 1, loss 0.41');
    // Of one that takes long it is said, and of the next one at once, since what is said of the one before no longer holds.
    announcer.offer('Completed', 'ended', 600);
    assert.equal(announcer.offer('Preparing to train', 'preparing', 700).text, 'Preparing to train');
    const slow = new Announcer(5000);
    slow.offer('Not trained yet', 'idle', 0);
    slow.offer('Preparing to train', 'preparing', 0);
    assert.equal(slow.offer('Preparing to train', 'preparing', 2000).text, 'Preparing to train');
  });
});

describe('The history of a run', () => {
  it('holds an evaluation’s figures at the step they were made, not where they are repeated', () => {
    const run = runningRun();
    run.receive({ type: 'events', events: [metrics(72, 3, 36)] });
    assert.deepEqual(run.history.steps, [36, 72]);
    assert.deepEqual(run.history.column('dead hidden'), [3, null]);
    assert.deepEqual(run.history.column('validationLoss'), [0.42, null]);
    assert.deepEqual(run.history.column('loss'), [0.41, 0.41]);
  });

  it('keeps the newest warning of a rule for each layer', () => {
    const run = runningRun();
    const warning: WarningEvent = {
      event: 'warning',
      step: 1,
      rule: 'dying_relu',
      layer: 'hidden',
      severity: 'warning',
      message: 'a',
      fix: null,
      fixes: [],
    };
    run.receive({
      type: 'events',
      events: [warning, { ...warning, message: 'b' }, { ...warning, layer: 'other' }],
    });
    assert.deepEqual(
      [...run.warnings.values()].map(({ layer, message }) => [layer, message]),
      [
        ['hidden', 'b'],
        ['other', 'a'],
      ],
    );
  });
});
