import assert from 'node:assert/strict';
import type { StreamEvent } from '../../src/engine/training/events.ts';
import type { FromWorker } from '../../src/engine/worker/protocol.ts';
import { WorkerSession } from '../../src/engine/worker/session.ts';
import { wasm } from './wasmSupport.ts';

const text = JSON.stringify({
  version: 1,
  seed: 3,
  data: { source: 'circles', samples: 120, split: { train: 0.5, validation: 0.5 } },
  layers: [
    { id: 'hidden', type: 'dense', units: 6 },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
  ],
  training: { optimizer: 'adam', batchSize: 10, epochs: 20 },
});

/** A run whose learning rate and batch size are changed while it trains: after its first progress and its second. */
async function run(change: boolean) {
  const messages: FromWorker[] = [];
  const backend = { ...(await wasm('simd')), stretch: 2e3 };
  let progress = 0;
  const session: WorkerSession = new WorkerSession({
    post(message) {
      messages.push(message);
      if (!change || message.type !== 'progress') return;
      progress++;
      if (progress === 3) void session.handle({ type: 'setLearningRate', value: 0.02 });
      if (progress === 5) void session.handle({ type: 'setBatchSize', value: 25 });
    },
    yield: () => Promise.resolve(),
    backend: () => Promise.resolve({ backend, reason: 'asked for' }),
  });
  await session.handle({ type: 'start', run: 'a', text, backend: 'wasm', metricsPerSecond: 1e9, paused: false });
  return messages.flatMap((message): StreamEvent[] => (message.type === 'events' ? message.events : []));
}

describe('settings changed while training goes on', () => {
  it('take effect in the run, are recorded in it, and leave it as many epochs', async () => {
    const events = await run(true);
    const settings = events.filter((event) => event.event === 'setting');
    assert.deepEqual(
      settings.map(({ setting, from, to }) => [setting, from, to]),
      [
        ['learningRate', 0.001, 0.02],
        ['batchSize', 10, 25],
      ],
    );
    const records = events.filter((event) => event.event === 'metrics');
    const changed = settings[1]!.step;
    const epochs = records.map(({ epoch }) => epoch);
    assert.deepEqual(
      epochs,
      [...epochs].sort((a, b) => a - b),
    );
    assert.equal(epochs.at(-1), 20);
    assert.equal(records.at(-1)!.learningRate, 0.02);
    // 60 samples: six updates an epoch before the change, three after it.
    const later = records.filter(({ step }) => step > changed + 3).map(({ step }) => step);
    assert.ok(later.length > 5);
    assert.deepEqual([...new Set(later.slice(1).map((step, i) => step - later[i]!))], [3]);
    assert.equal(events.filter((event) => event.event === 'end').length, 1);
    const plain = await run(false);
    assert.equal(plain.filter((event) => event.event === 'setting').length, 0);
  });
});
