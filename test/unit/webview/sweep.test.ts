import assert from 'node:assert/strict';
import { combinationsOf, median } from '../../../src/engine/sweep.ts';
import { parse } from '../../../src/engine/spec/parse.ts';
import type { StreamEvent } from '../../../src/engine/training/events.ts';
import type { FromWorker, ToWorker } from '../../../src/engine/worker/protocol.ts';
import type { Recorded } from '../../../src/webview/run/recording.ts';
import { Sweep } from '../../../src/webview/runs/sweep.ts';
import { planSweep, sizeOf, takers, type SweepChoices } from '../../../src/webview/runs/sweepPlan.ts';
import { networkText } from './networks.ts';

const nothing: SweepChoices = { activations: [], weights: [], biases: [], learningRates: [], seeds: 1 };

describe('What a sweep is to make', () => {
  it('is every combination, the last field changing fastest', () => {
    const varied = [
      { path: 'a', values: [1, 2] },
      { path: 'b', values: [3, 4] },
    ];
    assert.deepEqual(
      combinationsOf(varied).map((combination) => combination.map(([path, value]) => `${path}${value}`).join()),
      ['a1,b3', 'a1,b4', 'a2,b3', 'a2,b4'],
    );
    assert.deepEqual(combinationsOf([]), [[]]);
    assert.deepEqual([median([1, 2, 4]), median([1, 2])], [2, 1.5]);
  });

  it('is a network file a run, with all that set and its seed', () => {
    const choices = { ...nothing, activations: ['relu', 'tanh'], biases: [0.5], learningRates: [1, 2], seeds: 3 };
    const plan = planSweep(networkText({ seed: 7 }), choices);
    assert.equal(plan.length, sizeOf(choices));
    assert.deepEqual(
      plan
        .slice(0, 4)
        .map(({ seed, set }) => [seed, set['defaults.activation'], set['training.optimizer.learningRate']]),
      [
        [7, 'relu', 1],
        [8, 'relu', 1],
        [9, 'relu', 1],
        [7, 'relu', 2],
      ],
    );
    const { network } = parse(plan.at(-1)!.text);
    assert.equal(network?.seed, 9);
    assert.equal(network?.layers[0]?.fields.activation?.name, 'tanh');
    assert.equal(network?.training.learningRate, 2);
    assert.equal(new Set(plan.map(({ text }) => text)).size, 12);
  });

  it('gives a learning rate to the optimiser that a file leaves to the default', () => {
    const [planned] = planSweep(networkText({ training: {} }), { ...nothing, learningRates: [0.5] });
    const { network, problems } = parse(planned!.text);
    assert.deepEqual([network?.training.learningRate, problems], [0.5, []]);
  });

  it('says which values make no network', () => {
    assert.throws(() => planSweep(networkText(), { ...nothing, learningRates: [-1] }), /learningRate -1: /);
    assert.throws(() => planSweep('', nothing));
  });

  it('knows the layers that take a default', () => {
    assert.deepEqual(takers(networkText(), 'activation'), ['hidden']);
    assert.deepEqual(takers(networkText(), 'weights'), ['hidden']);
    assert.deepEqual(takers(networkText(), 'bias'), ['hidden', 'output']);
  });
});

describe('A sweep under way', () => {
  const end = (loss: number): StreamEvent => ({
    ...{ event: 'end', reason: 'completed', step: 1, seconds: 1, stepsPerSecond: 1, backend: 'wasm', expect: [] },
    final: {
      ...{ step: 1, epoch: 1, loss, learningRate: 1, layers: [] },
      evaluated: { step: 1, samples: 1, of: 1 },
    },
  });
  const start: StreamEvent = {
    ...{ event: 'start', run: 'a', backend: 'wasm', reason: '', device: '', parameters: 1, steps: 1, seed: 4 },
    layers: [],
  };

  /** Workers played by the test. */
  function stage(runs: number, workers: number) {
    const made: { sent: ToWorker[]; receive: (message: FromWorker) => void; ended: boolean }[] = [];
    const written: Recorded[] = [];
    const sweep = new Sweep(planSweep(networkText(), { ...nothing, seeds: runs }), workers, {
      makeWorker(receive) {
        const worker = { sent: [] as ToWorker[], receive, ended: false };
        made.push(worker);
        return { post: (message) => worker.sent.push(message), end: () => void (worker.ended = true) };
      },
      dataFile: undefined,
      record: (run) => written.push(run),
      changed: () => undefined,
    });
    const finish = (worker: number, loss: number) => {
      made[worker]!.receive({ type: 'events', events: [start, end(loss)] });
      made[worker]!.receive({ type: 'state', state: 'ended' });
    };
    return { sweep, made, written, finish };
  }

  it('keeps its workers busy, records each run that ends, and ends with the last', () => {
    const { sweep, made, written, finish } = stage(3, 2);
    assert.deepEqual(
      made.map(({ sent }) => sent.length),
      [1, 1],
    );
    finish(1, 0.5);
    assert.deepEqual([made[1]!.sent.length, sweep.done, sweep.running], [2, 1, true]);
    finish(0, 0.4);
    assert.equal(made[0]!.ended, true);
    finish(1, 0.3);
    assert.deepEqual([sweep.done, sweep.running, made.every(({ ended }) => ended)], [3, false, true]);
    assert.deepEqual(
      written.map(({ head }) => [head.final?.loss, head.reason, head.set]),
      [0.5, 0.4, 0.3].map((loss) => [loss, 'completed', {}]),
    );
    assert.deepEqual(
      written.map(({ head }) => parse(head.text).network?.seed),
      [1, 0, 2],
    );
  });

  it('goes on after a run that could not be made, and says why', () => {
    const { sweep, made, written, finish } = stage(2, 1);
    made[0]!.receive({ type: 'failed', message: 'The data is gone.', problems: [] });
    finish(0, 1);
    assert.deepEqual([sweep.failures, written.length, sweep.running], [['The data is gone.'], 1, false]);
  });

  it('stops all workers when it is cancelled, and records nothing of what was under way', () => {
    const { sweep, made, written } = stage(5, 2);
    sweep.cancel();
    assert.deepEqual([sweep.running, written.length, made.every(({ ended }) => ended)], [false, 0, true]);
  });
});
