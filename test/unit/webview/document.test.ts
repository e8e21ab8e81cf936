import assert from 'node:assert/strict';
import { blockingError, runKey, unreadable } from '../../../src/webview/document.ts';
import { drawingOf, networkText, read } from './networks.ts';

describe('Reading a document for the panel', () => {
  it('draws every layer with its output shape', () => {
    const { drawing, current, problems } = read(networkText());
    assert.equal(current, true);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      drawing?.layers.map(({ layer, shapeText }) => `${layer.id} ${shapeText}`),
      ['hidden 5', 'output 1'],
    );
    assert.equal(drawing?.graph?.parameterCount, 2 * 5 + 5 + 5 + 1);
  });

  it('keeps the last drawing, and names the error, while the text is broken', () => {
    const before = read(networkText());
    const broken = read('{ "version": 1,\n  "layers": [\n', before);
    assert.equal(broken.drawing, before.drawing);
    assert.equal(broken.current, false);
    const error = blockingError(broken);
    assert.ok(error && error.line >= 2 && error.message.length > 0);
  });

  it('has no drawing when a file was broken from the start', () => {
    const { drawing, problems } = read('{ "version": 1, "layers": 3 }');
    assert.equal(drawing, undefined);
    assert.ok(problems.length > 0);
  });

  it('forgets the drawing of a file that became empty', () => {
    for (const text of ['', ' \n', '\uFEFF', '{}', '{ }\n']) {
      const { empty, drawing } = read(text, read(networkText()));
      assert.equal(empty, true, JSON.stringify(text));
      assert.equal(drawing, undefined);
    }
  });

  it('draws a network that has no layers yet, so that the first can be added', () => {
    const { drawing, current, problems } = read(networkText({ layers: [] }));
    assert.equal(current, true);
    assert.deepEqual(drawing?.layers, []);
    assert.equal(drawing?.graph, undefined);
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ['no_layers'],
    );
  });

  it('draws the layers whose shapes are known when one cannot be', () => {
    const layers = [
      { id: 'first', type: 'dense', units: 3 },
      { id: 'conv', type: 'conv2d', filters: 2, kernelSize: 3 },
    ];
    const { drawing, problems } = read(networkText({ layers }));
    assert.deepEqual(
      drawing?.layers.map(({ shapeText }) => shapeText),
      ['3', '?'],
    );
    assert.equal(drawing?.graph, undefined);
    assert.ok(problems.some(({ rule, path }) => rule === 'shape_mismatch' && path === 'layers.1'));
  });
});

describe('A text that an edit would leave', () => {
  it('may lack layers or not fit its data, but not be against the file format', () => {
    assert.equal(unreadable(networkText()), undefined);
    assert.equal(unreadable(networkText({ layers: [] })), undefined);
    assert.equal(unreadable(networkText({ layers: [{ id: 'a', type: 'dense', units: 7 }] })), undefined);
    assert.match(unreadable(networkText({ data: { source: 'file' } })) ?? '', /path/);
    assert.match(unreadable(networkText({ seed: -1 })) ?? '', /seed/);
  });
});

describe('What a run depends on', () => {
  const key = (parts: Record<string, unknown>) => runKey(drawingOf(networkText(parts)));

  it('is not the name, and neither the learning rate nor the batch size, which a running training takes up', () => {
    assert.equal(key({ name: 'Another' }), key({}));
    assert.equal(key({ training: { optimizer: { name: 'sgd', learningRate: 0.5 } } }), key({}));
    assert.equal(key({ training: { optimizer: { name: 'sgd', learningRate: 0.1 }, batchSize: 8 } }), key({}));
  });

  it('is the seed, the layers, the data and the rest of training', () => {
    const parts = [
      { seed: 3 },
      { layers: [{ id: 'output', type: 'dense', units: 1 }] },
      { data: { source: 'moons', samples: 100 } },
      { training: { optimizer: { name: 'sgd', learningRate: 0.1 }, epochs: 8 } },
    ];
    for (const part of parts) assert.notEqual(key(part), key({}), JSON.stringify(part));
  });
});
