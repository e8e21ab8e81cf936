import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
import { NetworkData } from '../../../src/webview/networkData.ts';
import { drawingOf, networkText } from './networks.ts';

const file = { source: 'file', path: 'points.csv', inputShape: [2] };
const network = (parts: Record<string, unknown> = {}) => drawingOf(networkText(parts)).network;
const csv = new TextEncoder().encode('x,y,kind\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n9,10,a\n');

function data(readFile: (path: string) => Promise<Uint8Array>) {
  let told: () => void = () => undefined;
  const changed = new Promise<void>((resolve) => (told = resolve));
  return { data: new NetworkData(readFile, () => told()), changed };
}

describe('What is known of a network’s data', () => {
  it('is its shape at once for drawn sources, and a picture later', async () => {
    const { data: known, changed } = data(() => Promise.reject(new Error('nothing is read')));
    const state = known.of(network());
    assert.deepEqual([state.loading, state.shape?.inputShape, state.shape?.outputs], [false, [2], 2]);
    await changed;
    assert.equal(known.preview?.kind === 'points' && known.preview.points.length, 100);
  });

  it('is what the network promises until a file is read, then what the file holds', async () => {
    const { data: known, changed } = data(() => Promise.resolve(csv));
    assert.equal(known.of(network({ data: file })).loading, true);
    assert.equal(known.loading, true);
    await changed;
    const { shape, loading, problems } = known.of(network({ data: file }));
    assert.deepEqual([loading, problems.filter(({ severity }) => severity === 'error')], [false, []]);
    assert.deepEqual([shape?.samples, shape?.classes], [5, ['a', 'b']]);
  });

  it('is why there is none, at the key that asks for it', async () => {
    const { data: known, changed } = data(() => Promise.reject(new Error('There is no such file.')));
    known.of(network({ data: file }));
    await changed;
    const { problems, loading } = known.of(network({ data: file }));
    assert.deepEqual(
      [loading, problems.map(({ severity, path }) => [severity, path])],
      [false, [['error', 'data.path']]],
    );
  });

  it('is also which columns its file has, still when it names one that is not there', async () => {
    const bytes = { 'points.csv': csv, 'plain.csv': new TextEncoder().encode('1,2,0\n3,4,1\n5,6,0\n') };
    const known = new NetworkData(
      (path) => Promise.resolve(bytes[path as keyof typeof bytes]),
      () => told(),
    );
    let told = (): void => undefined;
    const columnsOf = async (more: object) => {
      const asked = network({ data: { source: 'file', path: 'points.csv', ...more } });
      const changed = new Promise<void>((resolve) => (told = resolve));
      const before = known.of(asked).columns;
      await changed;
      return [before, known.of(asked).columns];
    };
    const names = ['x', 'y', 'kind'];
    assert.deepEqual(await columnsOf({}), [undefined, names]);
    assert.deepEqual(await columnsOf({ target: 'sort' }), [names, names]);
    assert.deepEqual(await columnsOf({ path: 'plain.csv' }), [undefined, [0, 1, 2]]);
  });

  it('is also which arrays its file holds, still when none of those it asks for is there', async () => {
    const bytes = zipSync({ 'x_train.npy': new Uint8Array(1), 'y_train.npy': new Uint8Array(1) });
    const { data: known, changed } = data(() => Promise.resolve(bytes));
    const asked = network({ data: { source: 'file', path: 'points.npz', inputShape: [2] } });
    known.of(asked);
    await changed;
    assert.equal(known.of(asked).problems[0]?.severity, 'error');
    assert.deepEqual(known.of(asked).arrays, ['x_train', 'y_train']);
  });

  it('is read once for all edits that leave the data alone, and again when the file changed', async () => {
    let reads = 0;
    const { data: known, changed } = data(() => {
      reads++;
      return Promise.resolve(csv);
    });
    known.of(network({ data: file }));
    await changed;
    known.of(network({ data: file, name: 'Another' }));
    assert.equal(reads, 1);
    known.forget();
    known.of(network({ data: file }));
    await Promise.resolve();
    assert.equal(reads, 2);
  });

  it('is not read before the page is on the screen', async () => {
    let [show, reads] = [() => {}, 0];
    const shown = new Promise<void>((resolve) => (show = resolve));
    const read = () => Promise.resolve((reads++, csv));
    const known = new NetworkData(read, () => {}, shown);
    known.of(network({ data: file }));
    await Promise.resolve();
    assert.deepEqual([reads, known.loading], [0, true]);
    show();
    await shown.then(() => undefined);
    assert.equal(reads, 1);
  });
});
