import assert from 'node:assert/strict';
import { DeviceLost, type Backend } from '../../src/engine/backends/backend.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { runToEnd } from '../../src/engine/node/runToEnd.ts';
import type { StreamEvent } from '../../src/engine/training/events.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import type { FromWorker } from '../../src/engine/worker/protocol.ts';
import { WorkerSession } from '../../src/engine/worker/session.ts';
import { wasm } from './wasmSupport.ts';

const text = JSON.stringify({
  version: 1,
  seed: 2,
  data: { source: 'circles', samples: 100 },
  layers: [
    { id: 'hidden', type: 'dense', units: 6, activation: 'relu' },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
  ],
  training: { optimizer: 'adam', batchSize: 20, epochs: 12 },
});

let healthy: Backend;

/** Computes as wasm does, so that equal runs have equal bits, and is lost at its n-th run of steps or, with `evaluation`, at once. */
function mortal(after: number, evaluation = false): Backend {
  return {
    ...healthy,
    name: 'webgpu',
    stretch: 100,
    async prepare(plan, seed) {
      const session = await healthy.prepare(plan, seed);
      const [run, evaluate] = [session.run.bind(session), session.evaluate.bind(session)];
      let runs = 0;
      session.run = (rows, before) =>
        runs++ < after ? run(rows, before) : Promise.reject(new DeviceLost('driver gone'));
      session.evaluate = (samples) => (evaluation ? Promise.reject(new DeviceLost('driver gone')) : evaluate(samples));
      return session;
    },
  };
}

/** A whole run on these devices, one after another; asked for once more there is none. */
async function train(devices: Backend[], last: Backend = healthy) {
  const messages: FromWorker[] = [];
  const asked: string[] = [];
  const session = new WorkerSession({
    post: (message) => messages.push(message),
    yield: () => Promise.resolve(),
    backend: (choice) => {
      asked.push(choice);
      if (choice === 'wasm') return Promise.resolve({ backend: last, reason: 'asked for' });
      const backend = devices.shift();
      return backend
        ? Promise.resolve({ backend, reason: 'asked for' })
        : Promise.reject(new Error('There is no adapter.'));
    },
  });
  await session.handle({ type: 'start', run: 'run', text, backend: 'webgpu', metricsPerSecond: 10, paused: false });
  const events = messages.flatMap((message): StreamEvent[] => (message.type === 'events' ? message.events : []));
  const records = events.filter((event) => event.event === 'metrics');
  const notices = messages.flatMap((message) => (message.type === 'notice' ? [message.message] : []));
  return { messages, events, records, notices, asked };
}

describe('a device that is lost in the middle of a run', () => {
  before(async () => (healthy = await wasm('simd')));

  it('is taken the place of by another, and the run shows what an undisturbed one does', async () => {
    const undisturbed = await train([mortal(Infinity)]);
    const { records, notices, asked, messages } = await train([mortal(17), mortal(Infinity)]);
    assert.deepEqual(records, undisturbed.records);
    assert.deepEqual(asked, ['webgpu', 'webgpu']);
    assert.match(notices.join(), /^The GPU was lost; training went on from step \d+ on webgpu\.$/);
    assert.deepEqual(messages.at(-1), { type: 'state', state: 'ended' });
  });

  it('leaves the run to wasm when it is lost a fourth time', async () => {
    const undisturbed = await train([mortal(Infinity)]);
    const { records, notices, asked, events } = await train([mortal(9), mortal(9), mortal(9), mortal(9)]);
    assert.deepEqual(asked, ['webgpu', 'webgpu', 'webgpu', 'webgpu', 'wasm']);
    assert.deepEqual(records, undisturbed.records);
    assert.equal(notices.length, 4);
    assert.match(notices[3]!, /on wasm\.$/);
    assert.match(
      events.filter((event) => event.event === 'start').at(-1)!.reason,
      /lost \(driver gone\) more than 3 times/,
    );
  });

  it('leaves the run to wasm when there is no other', async () => {
    const undisturbed = await train([mortal(Infinity)]);
    const { records, asked } = await train([mortal(5)]);
    assert.deepEqual(asked, ['webgpu', 'webgpu', 'wasm']);
    assert.deepEqual(records, undisturbed.records);
  });

  it('begins the run anew where it was lost before the first record', async () => {
    const undisturbed = await train([mortal(Infinity)]);
    const { records, notices } = await train([mortal(0, true), mortal(Infinity)]);
    assert.deepEqual(records, undisturbed.records);
    assert.match(notices.join(), /from step 0 on webgpu/);
  });

  it('ends a run of the command line as device_lost, with what was last measured', async () => {
    const { graph, dataset } = await checkNetwork(text, () => Promise.reject(new Error('no file')));
    const events: StreamEvent[] = [];
    const trainer = await Trainer.create(graph!, dataset!, mortal(17), {
      ...{
        run: 'run',
        reason: '',
        onEvent: (event: StreamEvent) => void events.push(event),
        yield: () => Promise.resolve(),
      },
    });
    const lost = await runToEnd(trainer);
    const records = events.filter((event) => event.event === 'metrics');
    const { event: _, ...last } = records.at(-1)!;
    const end = events.at(-1)!;
    assert.ok(end.event === 'end');
    assert.deepEqual([end.reason, end.message, end.expect], ['device_lost', 'driver gone', []]);
    assert.deepEqual(end.final, last);
    assert.equal(lost?.message, 'driver gone');
    assert.equal(trainer.ended, 'device_lost');
  });

  it('leaves every other failure to whoever runs it', async () => {
    const { graph, dataset } = await checkNetwork(text, () => Promise.reject(new Error('no file')));
    const trainer = await Trainer.create(graph!, dataset!, healthy, {
      ...{ run: 'run', reason: '', onEvent: () => undefined, yield: () => Promise.reject(new Error('full disk')) },
    });
    await assert.rejects(runToEnd(trainer), /full disk/);
  });
});
