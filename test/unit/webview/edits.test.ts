import assert from 'node:assert/strict';
import { activations } from '../../../src/engine/activations/index.ts';
import { initializers } from '../../../src/engine/initializers.ts';
import { layers } from '../../../src/engine/layers/index.ts';
import { parse } from '../../../src/engine/spec/parse.ts';
import * as edits from '../../../src/webview/edits.ts';
import { after, drawingOf, networkText } from './networks.ts';

const written = (text: string) =>
  JSON.parse(text) as { layers: Record<string, unknown>[]; training: Record<string, unknown> };

describe('Gestures', () => {
  for (const row of layers) {
    it(`add a layer of type ${row.type} that the file format accepts`, () => {
      const text = after(networkText(), edits.addLayer(drawingOf(networkText()), row, 1));
      assert.deepEqual(parse(text).problems, []);
      assert.equal(written(text).layers[1]?.['type'], row.type);
      assert.equal(typeof written(text).layers[1]?.['id'], 'string');
    });
  }

  it('that would add a layer are told where it does not fit, and why', () => {
    const drawing = drawingOf(networkText());
    const misfits = (inputShape: readonly number[]) => {
      const at = { ...drawing, data: { ...drawing.data!, inputShape } };
      return new Map(layers.flatMap((row) => (edits.misfit(at, row, 0) ? [[row.type, edits.misfit(at, row, 0)]] : [])));
    };
    const row = misfits([64]);
    assert.deepEqual(
      [...row.keys()],
      layers.map(({ type }) => type).filter((type) => type.includes('2d')),
    );
    assert.match(row.get('conv2d') ?? '', /^needs a picture/);
    const picture = misfits([8, 8, 1]);
    assert.deepEqual([...picture.keys()], ['dense']);
    assert.match(picture.get('dense') ?? '', /flatten layer before it/);
    // Windows that are larger than what comes in.
    assert.deepEqual([...misfits([1, 1, 4]).keys()], ['dense', 'conv2d', 'max_pool2d', 'avg_pool2d']);
  });

  for (const row of [...activations, ...initializers]) {
    it(`choose ${row.name} with every parameter it needs`, () => {
      const key = activations.some(({ name }) => name === row.name) ? 'activation' : 'weights';
      const [layer] = drawingOf(networkText()).layers;
      const text = after(networkText(), edits.setField(layer!, key, edits.namedValue(row)));
      assert.deepEqual(
        parse(text).problems.filter(({ severity }) => severity === 'error'),
        [],
      );
    });
  }

  it('take a field out again, so that the text is as it was', () => {
    const text = networkText();
    const [layer] = drawingOf(text).layers;
    const changed = after(text, edits.setField(layer!, 'activation', 'tanh'));
    assert.notEqual(changed, text);
    assert.equal(after(changed, edits.setField(layer!, 'activation', undefined)), text);
  });

  it('add a layer that joins with two inputs, of one shape where there are two', () => {
    const text = networkText({ layers: [8, 5, 8].map((units, i) => ({ id: 'abc'[i], type: 'dense', units })) });
    for (const type of ['add', 'concat']) {
      const row = layers.find((row) => row.type === type)!;
      const joined = after(text, edits.addLayer(drawingOf(text), row, 3));
      assert.deepEqual(written(joined).layers[3]?.['inputs'], ['c', 'a']);
    }
  });

  it('set a parameter of the optimiser and take it out again', () => {
    const text = networkText();
    const changed = after(text, edits.setOptimizer(drawingOf(text), 'clipNorm', 1));
    assert.deepEqual(written(changed).training['optimizer'], { name: 'sgd', learningRate: 0.1, clipNorm: 1 });
    assert.equal(after(changed, edits.setOptimizer(drawingOf(changed), 'clipNorm', undefined)), text);
  });

  it('rename a layer together with what names it', () => {
    const text = networkText({
      layers: [
        { id: 'hidden', type: 'dense', units: 5 },
        { id: 'output', type: 'dense', units: 1, inputs: ['hidden'] },
      ],
      expect: [{ metric: 'layers.hidden.dead', op: '<=', value: 1 }],
    });
    const drawing = drawingOf(text);
    const renamed = after(text, edits.rename(drawing, drawing.layers[0]!, 'first'));
    assert.equal(renamed, text.replaceAll('"hidden"', '"first"').replace('layers.hidden.dead', 'layers.first.dead'));
  });

  it('remove a layer that another reads by name, which then reads what it read', () => {
    const text = networkText({
      layers: [
        { id: 'a', type: 'dense', units: 5 },
        { id: 'b', type: 'dense', units: 5 },
        { id: 'output', type: 'dense', units: 1, inputs: ['b'] },
      ],
    });
    const drawing = drawingOf(text);
    const removed = after(text, edits.remove(drawing, drawing.layers[1]!));
    assert.deepEqual(written(removed).layers.at(-1)?.['inputs'], ['a']);
    assert.deepEqual(parse(removed).problems, []);
  });

  it('made in one breath each find their layer where it stands by then', () => {
    const text = networkText({ layers: ['a', 'b', 'c', 'd'].map((id) => ({ id, type: 'dense', units: 5 })) });
    const drawing = drawingOf(text);
    const [a, b] = drawing.layers;
    const order = (...gestures: edits.Gesture[]) =>
      written(gestures.reduce(after, text)).layers.map(({ id, units }) => `${String(id)} ${String(units)}`);
    // Twice Alt and an arrow, before the file has come back.
    assert.deepEqual(order(edits.move(a!, 1), edits.move(a!, 1)), ['b 5', 'c 5', 'a 5', 'd 5']);
    assert.deepEqual(order(edits.remove(drawing, a!), edits.remove(drawing, a!)), ['b 5', 'c 5', 'd 5']);
    assert.deepEqual(order(edits.remove(drawing, a!), edits.setField(b!, 'units', 7)), ['b 7', 'c 5', 'd 5']);
    const flatten = layers.find(({ type }) => type === 'flatten')!;
    const added = order(edits.remove(drawing, a!), edits.addLayer(drawing, flatten, 2));
    assert.deepEqual(added, ['b 5', 'flatten undefined', 'c 5', 'd 5']);
  });

  it('set the learning rate however the optimiser is written', () => {
    for (const training of [{}, { optimizer: 'adam' }, { optimizer: { name: 'sgd', momentum: 0.9 } }]) {
      const text = networkText({ training });
      const drawing = drawingOf(text);
      const changed = after(text, edits.setOptimizer(drawing, 'learningRate', 0.3));
      const { learningRate, optimizer } = drawingOf(changed).network.training;
      assert.equal(learningRate, 0.3);
      assert.deepEqual(optimizer, drawing.network.training.optimizer);
    }
  });

  it('apply a fix of several values as one edit', () => {
    const text = networkText();
    const fix = {
      title: 'Mend',
      set: { 'layers.0.activation': 'leaky_relu', 'training.optimizer.learningRate': 0.01 },
    };
    const gesture = edits.applyFix(fix, drawingOf(text));
    assert.equal(gesture.edits(text).length, 1);
    const { network } = drawingOf(after(text, gesture));
    assert.equal(network.layers[0]?.fields.activation?.name, 'leaky_relu');
    assert.equal(network.training.learningRate, 0.01);
  });

  it('apply a fix that inserts a layer behind the one it names', () => {
    const text = networkText();
    const fix = { title: 'Insert', insert: { after: 'hidden', layer: { id: 'drop', type: 'dropout', rate: 0.2 } } };
    const changed = after(text, edits.applyFix(fix, drawingOf(text)));
    assert.deepEqual(
      written(changed).layers.map(({ id }) => id),
      ['hidden', 'drop', 'output'],
    );
  });

  it('apply a fix to the layers it was made for, wherever they stand by then, and to no other when one is gone', () => {
    const drawing = drawingOf(networkText());
    const set = { 'layers.0.activation': 'leaky_relu', 'training.batchSize': 8 };
    const gesture = edits.applyFix({ title: 'Leak', set }, drawing);
    const [hidden, output] = written(networkText()).layers;
    const moved = networkText({ layers: [{ ...hidden, id: 'new' }, hidden, output] });
    assert.deepEqual(
      written(after(moved, gesture)).layers.map(({ activation }) => activation),
      [undefined, 'leaky_relu', 'sigmoid'],
    );
    const gone = networkText({ layers: [{ ...hidden, id: 'new' }, output] });
    assert.deepEqual(gesture.edits(gone), []);
    const insert = { after: 'hidden', layer: { type: 'dropout', rate: 0.2 } };
    assert.deepEqual(edits.applyFix({ title: 'Insert', insert }, drawing).edits(gone), []);
    assert.ok(gesture.idle);
  });

  it('refuse ids that are taken, reserved or misspelt', () => {
    const drawing = drawingOf(networkText());
    for (const id of ['output', 'input', 'optimizer', '', '1st', 'a b']) assert.ok(edits.idFault(drawing, id), id);
    assert.equal(edits.idFault(drawing, 'hidden_2'), undefined);
  });
});
