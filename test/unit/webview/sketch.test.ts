import assert from 'node:assert/strict';
import { sketchOf } from '../../../src/webview/sketch.ts';
import { networkText } from './networks.ts';

describe('The first picture of a file', () => {
  it('shows its layers, their shapes and what is wrong with it, and travels as JSON', () => {
    const sketch = sketchOf(networkText())!;
    assert.deepEqual(JSON.parse(JSON.stringify(sketch)), sketch);
    assert.equal(sketch.layers.length, sketch.network.layers.length);
    for (const { type } of sketch.network.layers) assert.equal(sketch.rows[type]?.type, type);
  });

  it('is left out where there is nothing to draw, or more to be said of the whole file', () => {
    for (const text of ['', '{', '{}', networkText({ layers: [] }), networkText({ version: 2 })])
      assert.equal(sketchOf(text), undefined, text);
  });
});
