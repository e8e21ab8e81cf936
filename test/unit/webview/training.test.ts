import assert from 'node:assert/strict';
import type { FromWorker, RunState, ToWorker } from '../../../src/engine/worker/protocol.ts';
import type { KeptRun, Settings } from '../../../src/webview/hostProtocol.ts';
import type { Recorded } from '../../../src/webview/run/recording.ts';
import { Training } from '../../../src/webview/run/training.ts';
import { drawingOf, networkText } from './networks.ts';

/** Training between a panel and a worker that are played by the test. */
function stage() {
  const sent: ToWorker[] = [];
  const kept: KeptRun[] = [];
  const forgotten: string[] = [];
  const written: Recorded[] = [];
  let asked = 0;
  let settings: Settings = { backend: 'wasm', metricsPerSecond: 10 };
  const log: string[] = [];
  let ended = 0;
  let drawn = 0;
  let text = networkText();
  let receive: (message: FromWorker) => void = () => undefined;
  const training = new Training(
    {
      trainable: () => ({ drawing: drawingOf(text), text }),
      settings: () => settings,
      readFile: () => Promise.reject(new Error('There is no such file.')),
      keep: (run) => kept.push(run),
      record: (run) => written.push(run),
      forget: (run) => forgotten.push(run),
      changed: () => undefined,
      stateChanged: () => void drawn++,
      report: (_, message) => log.push(message),
    },
    (hear) => {
      receive = hear;
      const post = (message: ToWorker) => void (message.type === 'checkpoint' ? asked++ : sent.push(message));
      return { post, end: () => void ended++ };
    },
  );
  return {
    training,
    sent,
    kept,
    forgotten,
    written,
    asked: () => asked,
    receive: (message: FromWorker) => receive(message),
    log,
    types: () => sent.map(({ type }) => type),
    ended: () => ended,
    /** How often it was to be drawn with the next frame. */
    drawn: () => drawn,
    set: (more: Partial<Settings>) => void (settings = { ...settings, ...more }),
    edit: (parts: Record<string, unknown>) => void (text = networkText(parts)),
    state: (state: RunState) => receive({ type: 'state', state }),
    /** Lets what waits for a promise go on. */
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('Training', () => {
  it('starts a run of the text as it is, with backend, thresholds and pauses of the settings', async () => {
    const { training, sent, settle, set } = stage();
    const own = { pauseOn: 'error', rules: { dying_relu: { share: 0.3 } } } as const;
    set(own);
    training.command('train');
    await settle();
    assert.deepEqual(sent, [
      {
        type: 'start',
        run: training.run?.name,
        text: networkText(),
        backend: 'wasm',
        metricsPerSecond: 10,
        ...own,
        paused: false,
      },
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

  it('draws the first step that a run tells of at once, and the next ones when it is time', async () => {
    const { training, drawn, receive, state, settle } = stage();
    training.command('train');
    await settle();
    state('running');
    const before = drawn();
    const progress = { type: 'progress', epoch: 0, epochs: 10, steps: 100, loss: 1, stepsPerSecond: 9 } as const;
    receive({ ...progress, step: 1 });
    assert.equal(drawn(), before + 1);
    receive({ ...progress, step: 2 });
    assert.equal(drawn(), before + 1);
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

  describe('a run that is kept', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    /** A paused run, handed to the host. */
    async function keptRun(): Promise<KeptRun> {
      const { training, state, settle, receive, kept, asked } = stage();
      training.command('train');
      await settle();
      state('running');
      assert.equal(asked(), 0);
      state('paused');
      assert.equal(asked(), 1);
      receive({ type: 'checkpoint', step: 40, bytes });
      training.command('reset');
      return kept[0]!;
    }

    it('is handed to the host when it comes to stand, with what it goes on from', async () => {
      const { record, ...rest } = await keptRun();
      assert.deepEqual(rest, { run: rest.run, state: 'paused', text: networkText(), step: 40, checkpoint: bytes });
      assert.match(record, /"name"/);
    });

    it('is shown again, and goes on from its checkpoint when asked to', async () => {
      const run = await keptRun();
      const { training, sent, settle } = stage();
      training.restore(run, drawingOf(run.text));
      assert.equal(training.state, 'paused');
      assert.equal(training.run?.name, run.run);
      assert.equal(sent.length, 0);
      training.command('train');
      await settle();
      const [start] = sent;
      assert.ok(start?.type === 'start');
      assert.deepEqual([start.run, start.resume, start.paused], [run.run, bytes, false]);
      assert.deepEqual([start.learningRate, start.batchSize], [0.1, 32]);
      assert.equal(training.state, 'preparing');
    });

    it('goes on by itself when it was running as its page went', async () => {
      const run = await keptRun();
      const { training, types, settle } = stage();
      training.restore({ ...run, state: 'running' }, drawingOf(run.text));
      await settle();
      assert.deepEqual(types(), ['start']);
    });

    it('makes a single step from where it was kept', async () => {
      const run = await keptRun();
      const { training, sent, state, settle } = stage();
      training.restore(run, drawingOf(run.text));
      training.command('step');
      await settle();
      assert.ok(sent[0]?.type === 'start' && sent[0].paused && sent[0].resume === bytes);
      state('paused');
      assert.equal(sent.at(-1)?.type, 'step');
    });

    it('gives way to a new run when the file has become another network', async () => {
      const run = await keptRun();
      const { training, sent, settle, edit } = stage();
      training.restore(run, drawingOf(run.text));
      edit({ seed: 9 });
      training.command('train');
      await settle();
      assert.ok(sent[0]?.type === 'start' && sent[0].resume === undefined);
      assert.notEqual(training.run?.name, run.run);
    });

    it('is only looked at once it has ended', async () => {
      const run = await keptRun();
      const { training, sent, settle } = stage();
      training.restore({ ...run, state: 'ended' }, drawingOf(run.text));
      assert.equal(training.state, 'ended');
      training.keepNow();
      training.command('train');
      await settle();
      assert.ok(sent[0]?.type === 'start' && sent[0].resume === undefined);
    });

    it('is given up by Reset', async () => {
      const { training, forgotten, settle } = stage();
      training.command('train');
      await settle();
      const name = training.run?.name;
      training.command('reset');
      assert.deepEqual(forgotten, [name]);
    });

    it('of another version, or damaged, is not shown', async () => {
      const run = await keptRun();
      for (const record of ['', '{}', run.record.replace(/"version":"[^"]*"/, '"version":"0.0.0"')]) {
        const { training } = stage();
        training.restore({ ...run, record }, drawingOf(run.text));
        assert.equal(training.state, 'idle', record.slice(0, 40));
      }
    });
  });

  describe('a run after another', () => {
    const metrics = (step: number): FromWorker => ({
      type: 'events',
      events: [
        {
          event: 'metrics',
          step,
          epoch: 1,
          loss: 0.5,
          learningRate: 0.1,
          evaluated: { step, samples: 1, of: 1 },
          layers: [],
        },
      ],
    });
    /** A run that made some steps, and another after it of a file that was changed. */
    async function twoRuns(step = 40) {
      const played = stage();
      const { training, settle, state, receive, edit } = played;
      training.command('train');
      await settle();
      state('running');
      receive(metrics(step));
      const { run } = training;
      edit({ seed: 5 });
      training.command('again');
      await settle();
      return { ...played, first: run! };
    }

    it('begins at once, whatever the one before was doing, and keeps that to compare with', async () => {
      const { training, first, types } = await twoRuns();
      assert.deepEqual(types(), ['start', 'start']);
      assert.equal(training.before, first);
      assert.deepEqual([first.number, training.run?.number], [1, 2]);
      training.keepRun();
      assert.equal(training.before, undefined);
      assert.equal(training.run?.number, 2);
    });

    it('has nothing to compare with where the one before made no step', async () => {
      const { training } = await twoRuns(0);
      assert.equal(training.before, undefined);
    });

    it('gives way to the one before, with the text that was of', async () => {
      const { training, first, ended, forgotten } = await twoRuns();
      const second = training.run!.name;
      assert.equal(training.backToRun(), networkText());
      assert.deepEqual([training.run, training.before, training.state], [first, undefined, 'ended']);
      assert.deepEqual([ended(), forgotten], [1, [second]]);
    });
  });

  describe('a run that is written down', () => {
    const layers = [{ id: 'hidden', type: 'dense', units: 5 }];
    /** A run that trains, with a record of its step 40. */
    async function running() {
      const played = stage();
      played.training.command('train');
      await played.settle();
      played.state('running');
      const none = { reason: '', device: '', parameters: 1, layers };
      played.receive({
        type: 'events',
        events: [
          { event: 'start', run: 'a', backend: 'wasm', kernels: 'simd', steps: 100, seed: 7, ...none },
          {
            ...{ event: 'metrics', step: 40, epoch: 1, loss: 0.5, learningRate: 0.1, layers: [] },
            evaluated: { step: 0, samples: 1, of: 1 },
          },
        ],
      });
      return played;
    }

    it('is so with each checkpoint, when it pauses and when it ends', async () => {
      const { written, receive, state } = await running();
      assert.equal(written.length, 0);
      receive({ type: 'checkpoint', step: 40, bytes: new Uint8Array(1) });
      state('paused');
      state('ended');
      assert.equal(written.length, 3);
      const { head, lines } = written[0]!;
      const { run, date, final, ...rest } = head;
      assert.deepEqual(rest, {
        ...{ event: 'run', seed: 7, backend: 'wasm', kernels: 'simd', reason: null, seconds: null, expect: [] },
        text: networkText(),
      });
      assert.match(run, /^[\w-]{36}$/);
      assert.ok(Date.parse(date) <= Date.now());
      assert.equal(final?.step, 40);
      assert.deepEqual(
        lines.split('\n').map((line) => line && (JSON.parse(line) as { event: string }).event),
        ['start', 'metrics', ''],
      );
    });

    it('is so when it is left for another or given up, and when it fails', async () => {
      for (const leave of ['again', 'reset'] as const) {
        const { written, training, settle } = await running();
        training.command(leave);
        await settle();
        assert.deepEqual([written.length, written[0]?.head.reason], [1, null], leave);
      }
      const { written, receive } = await running();
      receive({ type: 'failed', message: 'The device was lost.', problems: [] });
      assert.deepEqual([written.length, written[0]?.head.reason], [1, 'error']);
    });

    it('is not before its first update', async () => {
      const { written, training, settle, state } = stage();
      training.command('train');
      await settle();
      state('running');
      training.command('reset');
      assert.deepEqual(written, []);
    });
  });
});
