import assert from 'node:assert/strict';
import type { FromWorker, RunState, ToWorker } from '../../../src/engine/worker/protocol.ts';
import { Training } from '../../../src/webview/run/training.ts';
import { drawingOf, networkText } from './networks.ts';

/** Training between a panel and a worker that are played by the test. */
function stage() {
  const sent: ToWorker[] = [];
  const log: string[] = [];
  let ended = 0;
  let text = networkText();
  let receive: (message: FromWorker) => void = () => undefined;
  const training = new Training(
    {
      trainable: () => ({ drawing: drawingOf(text), text }),
      settings: () => ({ backend: 'wasm', metricsPerSecond: 10 }),
      readFile: () => Promise.reject(new Error('There is no such file.')),
      changed: () => undefined,
      stateChanged: () => undefined,
      report: (_, message) => log.push(message),
    },
    (hear) => {
      receive = hear;
      return { post: (message) => sent.push(message), end: () => void ended++ };
    },
  );
  return {
    training,
    sent,
    log,
    types: () => sent.map(({ type }) => type),
    ended: () => ended,
    edit: (parts: Record<string, unknown>) => void (text = networkText(parts)),
    state: (state: RunState) => receive({ type: 'state', state }),
    /** Lets what waits for a promise go on. */
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('Training', () => {
  it('starts a run of the text as it is, with the backend of the settings', async () => {
    const { training, sent, settle } = stage();
    training.command('train');
    await settle();
    assert.deepEqual(sent, [
      { type: 'start', text: networkText(), backend: 'wasm', metricsPerSecond: 10, paused: false },
    ]);
    assert.equal(training.state, 'preparing');
  });

  it('pauses and resumes the same run, and Ctrl+Enter does one or the other', async () => {
    const { training, types, state, settle } = stage();
    training.command('toggle');
    await settle();
    state('running');
    training.command('toggle');
    state('paused');
    training.command('toggle');
    assert.deepEqual(types(), ['start', 'pause', 'resume']);
  });

  it('pauses a run that is still being prepared as soon as it runs', async () => {
    const { training, types, state, settle } = stage();
    training.command('train');
    await settle();
    training.command('pause');
    assert.deepEqual(types(), ['start']);
    state('running');
    assert.deepEqual(types(), ['start', 'pause']);
  });

  it('makes one step of a new run when there is none', async () => {
    const { training, sent, state, settle } = stage();
    training.command('step');
    await settle();
    assert.equal(sent[0]?.type === 'start' && sent[0].paused, true);
    state('paused');
    assert.equal(sent.at(-1)?.type, 'step');
    state('running');
    state('paused');
    assert.equal(sent.length, 2);
  });

  it('begins anew when the file has become another network', async () => {
    const { training, types, state, settle, edit } = stage();
    training.command('train');
    await settle();
    state('paused');
    assert.equal(training.outdated, false);
    edit({ seed: 5 });
    assert.equal(training.outdated, true);
    training.command('train');
    await settle();
    assert.deepEqual(types(), ['start', 'start']);
  });

  it('does not give up a paused run for a single step of another network', async () => {
    const { training, types, state, settle, edit } = stage();
    training.command('train');
    await settle();
    state('paused');
    edit({ seed: 5 });
    const { run } = training;
    training.command('step');
    await settle();
    assert.equal(training.stepless, true);
    assert.equal(training.run, run);
    assert.deepEqual(types(), ['start']);
    training.command('reset');
    assert.equal(training.stepless, false);
    training.command('step');
    await settle();
    assert.deepEqual(types(), ['start', 'start']);
  });

  it('takes a new learning rate into the running training', async () => {
    const { training, sent, state, settle, edit } = stage();
    training.setLearningRate(1);
    assert.equal(sent.length, 0);
    training.command('train');
    await settle();
    state('running');
    edit({ training: { optimizer: { name: 'sgd', learningRate: 0.5 } } });
    training.setLearningRate(0.5);
    assert.deepEqual(sent.at(-1), { type: 'setLearningRate', value: 0.5 });
    assert.equal(training.outdated, false);
  });

  it('forgets everything on Reset, and what the old run still says', async () => {
    const { training, ended, state, settle } = stage();
    training.command('train');
    await settle();
    state('running');
    training.command('reset');
    assert.equal(ended(), 1);
    assert.equal(training.state, 'idle');
    state('ended');
    assert.equal(training.state, 'idle');
  });

  it('says why a run could not begin when its data cannot be read', async () => {
    const { training, log, settle, edit, types } = stage();
    edit({ data: { source: 'file', path: 'none.csv' } });
    training.command('train');
    await settle();
    assert.deepEqual(types(), []);
    assert.equal(training.run?.failure?.message, 'There is no such file.');
    assert.equal(training.state, 'ended');
    assert.deepEqual(log, ['There is no such file.']);
  });
});
