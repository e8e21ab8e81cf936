import assert from 'node:assert/strict';
import { insertMany, layersOf, removeMany } from '../../../src/webview/editsMany.ts';
import { layersText } from '../../../src/webview/shownFile.ts';
import { after, drawingOf, networkText } from './networks.ts';

const text = networkText({
  layers: [
    { id: 'a', type: 'dense', units: 4 },
    { id: 'b', type: 'dense', units: 4, activation: 'tanh' },
    { id: 'c', type: 'dense', units: 4 },
    { id: 'sum', type: 'add', inputs: ['a', 'c'] },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', inputs: ['sum'] },
  ],
});
const layers = (text: string) => (JSON.parse(text) as { layers: Record<string, unknown>[] }).layers;
const some = (ids: string[]) => drawingOf(text).layers.filter(({ layer }) => ids.includes(layer.id));

describe('Several layers', () => {
  it('are removed at once; what read them reads what still stands before them', () => {
    const left = layers(after(text, removeMany(drawingOf(text), some(['b', 'c', 'sum']))));
    assert.deepEqual(
      left.map(({ id, inputs }) => [id, inputs]),
      [
        ['a', undefined],
        ['output', ['a']],
      ],
    );
    const first = layers(after(text, removeMany(drawingOf(text), some(['a', 'b']))));
    assert.deepEqual(first.find(({ id }) => id === 'sum')!['inputs'], ['input', 'c']);
  });

  it('are copied as JSON and pasted under ids of their own, still reading each other', () => {
    const copied = layersOf(layersText(some(['c', 'sum', 'a'])))!;
    assert.deepEqual(
      copied.map(({ id }) => id),
      ['a', 'c', 'sum'],
    );
    const pasted = layers(after(text, insertMany(drawingOf(text), 4, copied)));
    assert.deepEqual(
      pasted.map(({ id }) => id),
      ['a', 'b', 'c', 'sum', 'dense', 'dense_1', 'add', 'output'],
    );
    assert.deepEqual(pasted[6]!['inputs'], ['dense', 'dense_1']);
    // The one that was behind the gap still reads what it read.
    assert.deepEqual(pasted[7]!['inputs'], ['sum']);
  });

  it('keep their ids where those are free, and read the layer before where what they read is not there', () => {
    const elsewhere = [
      { id: 'x', type: 'dense', units: 3, inputs: ['gone'] },
      { id: 'y', type: 'dense', units: 3, inputs: ['x'] },
    ];
    const pasted = layers(after(text, insertMany(drawingOf(text), 0, elsewhere)));
    assert.deepEqual(
      pasted.slice(0, 2).map(({ id, inputs }) => [id, inputs]),
      [
        ['x', undefined],
        ['y', ['x']],
      ],
    );
  });

  it('are not taken from a text that holds anything else', () => {
    for (const other of ['', 'words', '1', '[]', '{"type":"nonsense"}', '[{"type":"dense"}, 3]', 'null']) {
      assert.equal(layersOf(other), undefined, other);
    }
    assert.equal(layersOf('{"id":"d","type":"dense","units":2}')?.length, 1);
  });
});
