import assert from 'node:assert/strict';
import type { MetricsEvent } from '../../src/engine/training/events.ts';
import type { FromWorker, ToWorker } from '../../src/engine/worker/protocol.ts';
import type { RuleOptions } from '../../src/engine/rules/index.ts';
import { WorkerSession } from '../../src/engine/worker/session.ts';
import { readSafetensors } from '../../src/engine/weights/safetensors.ts';
import { readRun, writeRun } from '../../src/webview/run/record.ts';
import type { Run } from '../../src/webview/run/runState.ts';
import { drawingOf, runOf } from '../unit/webview/networks.ts';
import { wasm } from './wasmSupport.ts';

const text = JSON.stringify({
  version: 1,
  seed: 2,
  data: { source: 'circles', samples: 100 },
  layers: [
    { id: 'hidden', type: 'dense', units: 6, activation: 'relu' },
    { id: 'drop', type: 'dropout', rate: 0.2 },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
  ],
  training: { optimizer: 'adam', batchSize: 20, epochs: 400 },
});

/** A worker and the panel's run that hears it, until it stands still; `whenAt` asks for a checkpoint as soon as training is so far. */
async function train(run: Run, start: Partial<ToWorker & { type: 'start' }> = {}, whenAt?: number) {
  const checkpoints: { step: number; bytes: Uint8Array; record: string }[] = [];
  const records: MetricsEvent[] = [];
  let asked = false;
  const session = new WorkerSession({
    post(message: FromWorker) {
      run.receive(message);
      if (message.type === 'events')
        records.push(...message.events.filter((event): event is MetricsEvent => event.event === 'metrics'));
      if (message.type === 'checkpoint') checkpoints.push({ ...message, record: writeRun(run) });
      if (message.type === 'failed') throw new Error(message.message);
    },
    untilLook: 0,
    async yield() {
      if (whenAt === undefined || asked || (run.progress?.step ?? 0) < whenAt) return;
      asked = true;
      await session.handle({ type: 'checkpoint' });
    },
    backend: async (_choice, _graph, _dataset, kernels) => ({
      backend: { ...(await wasm(kernels ?? 'simd')), stretch: 1000 },
      reason: 'asked for',
    }),
  });
  await session.handle({
    ...{ type: 'start', run: run.name, text, backend: 'wasm', metricsPerSecond: Infinity, paused: false },
    ...start,
  });
  await session.handle({ type: 'checkpoint' });
  return { checkpoints, records };
}

describe('a run whose page goes while it trains', () => {
  it('goes on in another from its last checkpoint: one curve, and the bits of a run nobody disturbed', async () => {
    const whole = runOf(text);
    const undisturbed = await train(whole);
    const first = await train(runOf(text), {}, 300);
    const [kept] = first.checkpoints;
    assert.ok(kept && kept.step >= 300 && kept.step < 1000, `kept at ${kept?.step}`);

    const again = readRun(kept.record, drawingOf(text), text);
    assert.ok(again);
    const shown = again.latest!.step;
    assert.ok(shown <= kept.step, 'it shows nothing that comes after the checkpoint');
    const second = await train(again, { resume: kept.bytes });

    const before = first.records.filter(({ step }) => step <= shown);
    assert.deepEqual([...before, ...second.records], undisturbed.records);
    assert.deepEqual(again.history, whole.history);
    assert.deepEqual(again.units, whole.units);
    const [end, expected] = [second, undisturbed].map(({ checkpoints }) => readSafetensors(checkpoints.at(-1)!.bytes));
    assert.deepEqual(end!.tensors, expected!.tensors);
    assert.equal(end!.metadata['training'], expected!.metadata['training']);
  }).timeout(20_000);

  it('is asked for a checkpoint as often as one likes without a bit of it changing', async () => {
    const quiet = await train(runOf(text));
    const run = runOf(text);
    const asked = await train(run, {}, 1);
    assert.equal(asked.checkpoints.length, 2);
    assert.deepEqual(asked.records, quiet.records);
    assert.deepEqual(asked.checkpoints.at(-1)!.bytes, quiet.checkpoints.at(-1)!.bytes);
  }).timeout(20_000);

  it('keeps the build of the kernels it began with, whatever the next page would choose', async () => {
    const whole = await train(runOf(text), { kernels: 'relaxed' });
    const first = await train(runOf(text), { kernels: 'relaxed' }, 300);
    const [kept] = first.checkpoints;
    assert.equal(readSafetensors(kept!.bytes).metadata['kernels'], 'relaxed');
    const again = readRun(kept!.record, drawingOf(text), text)!;
    const { checkpoints } = await train(again, { resume: kept!.bytes, kernels: 'simd' });
    assert.equal(again.started?.kernels, 'relaxed');
    const [end, expected] = [checkpoints, whole.checkpoints].map((all) => readSafetensors(all.at(-1)!.bytes));
    assert.deepEqual(end!.tensors, expected!.tensors);
  }).timeout(20_000);

  it('takes the learning rate that the file has by then', async () => {
    const first = await train(runOf(text), {}, 300);
    const { records } = await train(runOf(text), {
      resume: first.checkpoints[0]!.bytes,
      learningRate: 0.5,
    });
    assert.equal(records.at(-1)!.learningRate, 0.5);
  }).timeout(20_000);

  it('goes on in batches of the size that the file has by then', async () => {
    const first = await train(runOf(text), {}, 300);
    const [kept] = first.checkpoints;
    const { records } = await train(runOf(text), { resume: kept!.bytes, batchSize: 40 });
    const [last, before] = [records.at(-1)!, records.at(-2)!];
    assert.equal(last.step - before.step, 2, 'two batches of 40 an epoch');
    assert.equal(last.epoch, 400);
  }).timeout(20_000);
});

describe('a run that is to pause when a rule fires', () => {
  const dying = JSON.stringify({
    version: 1,
    data: { source: 'circles', scale: { method: 'minmax', range: [-1, 1] } },
    layers: [
      { id: 'hidden1', type: 'dense', units: 64 },
      { id: 'hidden2', type: 'dense', units: 64 },
      { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' },
    ],
    training: { optimizer: { name: 'sgd', learningRate: 3 }, epochs: 60 },
  });
  const run = async (pauseOn?: 'warning' | 'error' | 'death', rules?: RuleOptions) => {
    const heard: FromWorker[] = [];
    const session = new WorkerSession({
      post: (message) => void heard.push(message),
      yield: () => Promise.resolve(),
      backend: async () => ({ backend: await wasm('simd'), reason: '' }),
    });
    await session.handle({
      ...{ type: 'start', run: 'run', text: dying, backend: 'wasm', metricsPerSecond: 10, paused: false },
      ...(pauseOn ? { pauseOn } : {}),
      ...(rules ? { rules } : {}),
    });
    const state = heard.filter((message) => message.type === 'state').at(-1)?.state;
    const events = heard.flatMap((message) => (message.type === 'events' ? message.events : []));
    const notices = heard.flatMap((message) => (message.type === 'notice' ? [message.message] : []));
    const warnings = events.filter((event) => event.event === 'warning');
    return { session, heard, state, notices, warnings, events };
  };

  it('stands at the step of the first warning, says which rule, and goes on when asked to', async () => {
    const { session, heard, state, notices, warnings } = await run('warning');
    assert.equal(state, 'paused');
    assert.deepEqual([...new Set(warnings.map(({ step }) => step))], [warnings[0]!.step], 'all of one record');
    assert.match(notices.join(), new RegExp(`^Paused at step ${warnings[0]!.step}: ${warnings[0]!.rule} fired`));
    await session.handle({ type: 'resume' });
    assert.ok(heard.filter((message) => message.type === 'notice').length > 1);
  });

  it('stands at the record that finds a unit dead, names it and the steps between which it died, and goes on when asked to', async () => {
    const { session, heard, state, notices, warnings, events } = await run('death');
    assert.equal(state, 'paused');
    const died = events.filter(
      (event) => event.event === 'unit' && event.state === 'died' && event.lastActive !== null,
    );
    const [first] = died;
    assert.ok(first?.event === 'unit' && typeof first.lastActive === 'number');
    assert.deepEqual(
      [...new Set(died.map((event) => 'step' in event && event.step))],
      [first.step],
      'all of one record',
    );
    const [latest] = events.filter(({ event }) => event === 'metrics').slice(-1);
    assert.equal(latest?.event === 'metrics' && latest.step, first.step);
    assert.equal(notices.length, 1);
    assert.match(
      notices[0]!,
      new RegExp(
        `^Paused at step ${first.step}: .*unit ${first.unit} of ${first.layer}.* in steps ${first.lastActive + 1} to ${first.step}\\.$`,
      ),
    );
    // Units that were dead from the start, and rules, are passed over.
    assert.ok(warnings.every(({ step }) => step <= first.step));
    await session.handle({ type: 'resume' });
    assert.equal(heard.filter((message) => message.type === 'notice').length, 2);
  });

  it('passes over warnings when it is to pause at errors, and never pauses unless asked to', async () => {
    const { state, warnings } = await run('error');
    assert.equal(state, 'paused');
    assert.deepEqual([warnings.length > 1, warnings.at(-1)!.severity], [true, 'error']);
    assert.ok(warnings.some(({ rule }) => rule === 'dying_relu'));
    // By thresholds of the person's own half of a layer dead is nothing to speak of.
    const own = { dying_relu: { share: 1, errorShare: 1 } };
    const { state: end, warnings: others } = await run(undefined, own);
    assert.equal(end, 'ended');
    assert.ok(others.length > 0 && others.every(({ rule }) => rule !== 'dying_relu'));
  });
});
