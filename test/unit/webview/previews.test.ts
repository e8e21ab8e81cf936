import assert from 'node:assert/strict';
import type { FromWorker, ToWorker } from '../../../src/engine/worker/protocol.ts';
import { Previews } from '../../../src/webview/run/previews.ts';
import { drawingOf, networkText } from './networks.ts';

const seen = { layers: [], bornDeadChance: 0.1 };
const file = { source: 'file', path: 'a.csv' };

describe('a look at the network before it is trained', () => {
  function stage(readFile: (path: string) => Promise<Uint8Array> = () => Promise.reject(new Error('a.csv is gone.'))) {
    const sent: ToWorker[] = [];
    const ready: string[] = [];
    let ends = 0;
    let text: string | undefined;
    let receive: (message: FromWorker) => void = () => undefined;
    const previews = new Previews(
      {
        wanted: () => (text === undefined ? undefined : { drawing: drawingOf(text), text }),
        readFile,
        changed: () => undefined,
        rests: (request) => ready.push(request.text),
      },
      (listener) => {
        receive = listener;
        return { post: (message) => sent.push(message), end: () => ends++ };
      },
      1,
    );
    return {
      previews,
      sent,
      ready,
      ends: () => ends,
      receive: (message: FromWorker) => receive(message),
      become: (parts?: Record<string, unknown>) => {
        text = parts && networkText(parts);
        previews.consider();
      },
    };
  }
  const rested = () => new Promise((resolve) => setTimeout(resolve, 20));

  it('asks once the file has rested, for the last of several edits, and not again for a learning rate', async () => {
    const { previews, sent, ready, become, receive } = stage();
    for (const seed of [1, 2, 3]) become({ seed });
    assert.deepEqual(previews.standing, { working: true });
    await rested();
    assert.deepEqual(sent, [{ type: 'preview', text: networkText({ seed: 3 }) }]);
    // Training gets ready for it.
    assert.deepEqual(ready, [networkText({ seed: 3 })]);
    receive({ type: 'previewed', seen });
    become({ seed: 3, training: { optimizer: { name: 'sgd', learningRate: 0.5 } } });
    await rested();
    assert.equal(sent.length, 1);
    assert.deepEqual(previews.standing, { seen, working: false });
    become({ seed: 3, training: { optimizer: { name: 'sgd', learningRate: 0.5 }, batchSize: 7 } });
    await rested();
    assert.equal(sent.length, 2);
  });

  it('shows the figures so far until there are new ones, and gives up what is asked when a run begins', async () => {
    const { previews, sent, become, receive, ends } = stage();
    become({ seed: 1 });
    await rested();
    receive({ type: 'previewed', seen });
    become({ seed: 2 });
    assert.deepEqual(previews.standing, { seen, working: true });
    await rested();
    const before = ends();
    become();
    assert.equal(ends(), before + 1);
    assert.equal(previews.standing, undefined);
    become({ seed: 2 });
    await rested();
    assert.equal(sent.length, 3);
  });

  it('says why there is none: the data file, or what the worker found, and lets the worker go', async () => {
    const { previews, sent, become, receive, ends } = stage();
    become({ data: file });
    await rested();
    assert.deepEqual([sent, previews.standing], [[], { failure: 'a.csv is gone.', working: false }]);
    become({ seed: 5 });
    await rested();
    const before = ends();
    receive({ type: 'previewFailed', message: 'Out of memory.' });
    assert.deepEqual([ends(), previews.standing], [before + 1, { failure: 'Out of memory.', working: false }]);
  });

  it('hands the data file over, and reads it again once it is another one', async () => {
    const { previews, sent, become } = stage(() => Promise.resolve(Uint8Array.of(1)));
    become({ data: file });
    await rested();
    previews.forget();
    become({ data: file });
    await rested();
    const dataFile = { path: 'a.csv', bytes: Uint8Array.of(1) };
    assert.deepEqual(sent, new Array(2).fill({ type: 'preview', text: networkText({ data: file }), dataFile }));
  });

  it('does not look at a network too large for it, and says what does', async () => {
    const { previews, sent, ready, become } = stage();
    become({ layers: [8000, 8000, 1].map((units) => ({ type: 'dense', units })) });
    await rested();
    assert.deepEqual(sent, []);
    assert.deepEqual(ready, []);
    assert.match(previews.standing?.failure ?? '', /too large .* "rectifier preview" on the command line/);
    // A step of a smaller one is soon made.
    become({ layers: [4000, 4000, 1].map((units) => ({ type: 'dense', units })) });
    await rested();
    assert.deepEqual([sent.length, ready.length], [0, 1]);
  });
});
