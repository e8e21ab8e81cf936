import assert from 'node:assert/strict';
import type { FromWorker, ToWorker } from '../../../src/engine/worker/protocol.ts';
import { Autopsies } from '../../../src/webview/run/autopsies.ts';
import { Checkpoints } from '../../../src/webview/run/checkpoints.ts';
import { Run } from '../../../src/webview/run/runState.ts';
import type { Training } from '../../../src/webview/run/training.ts';
import { drawingOf } from './networks.ts';

const bytes = (n: number) => new Uint8Array([n]);

describe('the checkpoints a page holds', () => {
  it('are a dozen, spread over the run, the newest among them', () => {
    const checkpoints = new Checkpoints();
    for (let step = 100; step <= 10_000; step += 100) checkpoints.add('run', step, bytes(step / 100));
    const held = new Set<number>();
    for (let step = 0; step <= 10_000; step += 100) {
      const found = checkpoints.before('run', step);
      if (found) held.add(found[0]! * 100);
    }
    const steps = [...held].sort((a, b) => a - b);
    assert.equal(steps.length, 12);
    assert.equal(steps.at(-1), 10_000);
    const gaps = steps.map((step, i) => step - (steps[i - 1] ?? 0));
    assert.ok(Math.max(...gaps) <= 2000, gaps.join(' '));
  });

  it('are of one run, and none is of a step that is made anew', () => {
    const checkpoints = new Checkpoints();
    checkpoints.add('one', 10, bytes(1));
    checkpoints.add('one', 30, bytes(2));
    checkpoints.add('one', 20, bytes(3));
    assert.equal(checkpoints.before('one', 9), undefined);
    assert.deepEqual(checkpoints.before('one', 40), bytes(3));
    assert.equal(checkpoints.before('two', 40), undefined);
    checkpoints.add('two', 5, bytes(4));
    assert.equal(checkpoints.before('one', 40), undefined);
  });
});

describe('opening a dead unit', () => {
  const text = JSON.stringify({
    version: 1,
    data: { source: 'circles' },
    layers: [
      { id: 'hidden', type: 'dense', units: 3 },
      { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
    ],
  });

  /** A run whose second unit died in steps 61 to 80 and whose third was dead from the start. */
  function stage() {
    const run = new Run(drawingOf(text), text);
    run.receive({
      type: 'events',
      events: [
        {
          ...{ event: 'start', run: run.name, backend: 'wasm', reason: '', device: '', parameters: 1, steps: 100 },
          ...{ seed: 0, layers: [] },
        },
        { event: 'setting', step: 70, setting: 'learningRate', from: 0.01, to: 3 },
        {
          ...{ event: 'metrics', step: 90, epoch: 1, loss: 1, learningRate: 3, layers: [] },
          evaluated: { step: 80, samples: 9, of: 9 },
        },
      ],
      units: [
        {
          layer: 'hidden',
          active: Float32Array.of(0.5, 0, 0),
          state: Uint8Array.of(0, 2, 2),
          lastActive: Int32Array.of(80, 60, -1),
          foundDead: Int32Array.of(-1, 80, 0),
        },
      ],
    });
    const checkpoints = new Checkpoints();
    checkpoints.add(run.name, 20, bytes(20));
    checkpoints.add(run.name, 50, bytes(50));
    const sent: ToWorker[] = [];
    let ends = 0;
    let receive: (message: FromWorker) => void = () => undefined;
    const autopsies = new Autopsies(
      {
        training: () => ({ checkpoints }) as Training,
        readFile: () => Promise.reject(new Error('There is no such file.')),
        changed: () => undefined,
      },
      (listener) => {
        receive = listener;
        return { post: (message) => sent.push(message), end: () => ends++ };
      },
    );
    return { run, autopsies, sent, ends: () => ends, receive: (message: FromWorker) => receive(message) };
  }

  it('asks for the run to be made again from the checkpoint well before it died, with every setting changed', async () => {
    const { run, autopsies, sent } = stage();
    await autopsies.begin(run, 'hidden', 1);
    assert.deepEqual(sent, [
      {
        ...{ type: 'autopsy', text, backend: 'wasm', resume: bytes(20) },
        death: { layer: 'hidden', unit: 1, lastActive: 60, foundDead: 80, until: 90 },
        settings: [{ step: 70, setting: 'learningRate', to: 3 }],
      },
    ]);
    assert.equal(autopsies.open?.death.unit, 1);
  });

  it('begins at the start for a unit that was dead there, and not at all for one that lives', async () => {
    const { run, autopsies, sent } = stage();
    await autopsies.begin(run, 'hidden', 2);
    const [message] = sent;
    assert.ok(message?.type === 'autopsy' && message.resume === undefined && message.death.lastActive === null);
    await autopsies.begin(run, 'hidden', 0);
    assert.equal(sent.length, 1);
    assert.equal(autopsies.open?.death.unit, 2);
  });

  it('tells how far it is; closing it gives it up, and what comes later is not heard', async () => {
    const { run, autopsies, receive, ends } = stage();
    await autopsies.begin(run, 'hidden', 1);
    receive({ type: 'autopsyAt', step: 44 });
    assert.equal(autopsies.open?.step, 44);
    const before = ends();
    autopsies.close();
    assert.equal(ends(), before + 1);
    receive({ type: 'autopsyFailed', message: 'too late' });
    assert.equal(autopsies.open, undefined);
  });

  it('says why there is none, and lets its worker go', async () => {
    const { run, autopsies, receive, ends } = stage();
    await autopsies.begin(run, 'hidden', 1);
    const before = ends();
    receive({ type: 'autopsyFailed', message: 'not the same run' });
    assert.equal(autopsies.open?.failure, 'not the same run');
    assert.equal(ends(), before + 1);
  });
});
