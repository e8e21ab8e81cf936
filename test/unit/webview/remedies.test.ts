import assert from 'node:assert/strict';
import { correction } from '../../../src/engine/spec/correction.ts';
import { applyEdits } from '../../../src/engine/spec/edit.ts';
import { parse } from '../../../src/engine/spec/parse.ts';
import { remedy } from '../../../src/webview/edits.ts';
import { readDocument } from '../../../src/webview/document.ts';
import { after, networkText } from './networks.ts';

const pictures = { inputShape: [8, 8, 1], task: 'classification', outputs: 10, samples: 100 } as const;
const read = (text: string) =>
  readDocument(text, 1, undefined, () => ({ shape: pictures, loading: false, problems: [] }));

describe('What mends a problem', () => {
  for (const [wrong, right] of [
    ['"units": 5', '"unit": 5'],
    ['"type": "dense"', '"type": "dens"'],
    ['"optimizer"', '"optimiser"'],
  ] as const) {
    it(`of ${right} is the name that was meant`, () => {
      const text = networkText().replace(wrong, right);
      const [fix] = parse(text).problems.flatMap((problem) => correction(problem) ?? []);
      assert.ok(fix);
      assert.equal(applyEdits(text, [fix.edit]), networkText());
    });
  }

  it('of a misspelt figure is its whole name', () => {
    const expecting = (metric: string) => networkText({ expect: [{ metric, op: '>=', value: 0 }] });
    for (const [wrong, right] of [
      ['validation.acuracy', 'validation.accuracy'],
      ['layers.hidden.ded', 'layers.hidden.dead'],
      ['layers.hiden.dead', 'layers.hidden.dead'],
    ] as const) {
      const [fix] = parse(expecting(wrong)).problems.flatMap((problem) => correction(problem) ?? []);
      assert.ok(fix, wrong);
      assert.equal(applyEdits(expecting(wrong), [fix.edit]), expecting(right));
    }
  });

  for (const inputs of [undefined, ['conv']]) {
    it(`of a dense layer that gets a picture ${inputs ? 'by name ' : ''}is a flatten layer before it`, () => {
      const layers = [
        { id: 'conv', type: 'conv2d', filters: 2, kernelSize: 3 },
        { id: 'digit', type: 'dense', units: 10, activation: 'softmax', ...(inputs ? { inputs } : {}) },
      ];
      const text = networkText({ layers, data: { source: 'file', path: 'digits.csv', inputShape: [8, 8, 1] } });
      const { drawing, problems } = read(text);
      const gestures = problems.flatMap((problem) => remedy(drawing!, problem) ?? []);
      assert.equal(gestures.length, 1);
      const mended = read(after(text, gestures[0]!));
      assert.deepEqual(mended.problems, []);
      assert.deepEqual(
        mended.drawing?.layers.map(({ layer }) => layer.id),
        ['conv', 'flatten', 'digit'],
      );
    });
  }

  it('is not guessed where no name is near', () => {
    const text = networkText().replace('"units": 5', '"xylophone": 5');
    assert.deepEqual(
      parse(text).problems.flatMap((problem) => correction(problem) ?? []),
      [],
    );
  });
});
