import assert from 'node:assert/strict';
import { checkNetwork } from '../../../src/engine/check.ts';
import type { RuleOptions } from '../../../src/engine/rules/index.ts';
import { applyEdits } from '../../../src/engine/spec/edit.ts';
import { fixEdits } from '../../../src/engine/spec/fix.ts';
import { assertTranslated, inAccents } from '../../pseudo.ts';

const output = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' };
const dense = (id: string, more: object = {}) => ({ id, type: 'dense', units: 8, ...more });
const file = (more: object) => ({ version: 1, data: { source: 'circles', samples: 60 }, ...more });
const hidden = (count: number, more: object) => Array.from({ length: count }, (_, k) => dense(`h${k}`, more));
const numbers = { source: 'sine', samples: 60 };
const linear = { ...output, activation: 'linear' };
const three = { source: 'blobs', samples: 60 };
const softmax = { ...output, units: 3, activation: 'softmax' };

/** Networks with one fault each, and where it is. */
const faults: [name: string, file: object, rule: string, path: string][] = [
  [
    'relu with glorot weights',
    { layers: [dense('a', { weights: 'glorot_normal' }), output] },
    'activation_init_mismatch',
    'layers.0.weights',
  ],
  [
    'relu with fan-in weights from the defaults',
    { defaults: { weights: 'fan_in_uniform' }, layers: [dense('a'), output] },
    'activation_init_mismatch',
    'layers.0.weights',
  ],
  [
    'a sigmoid output with the default he weights',
    { layers: [dense('a'), { ...output, weights: undefined }] },
    'activation_init_mismatch',
    'layers.1.weights',
  ],
  [
    'tanh with he weights',
    { layers: [dense('a', { activation: 'tanh', weights: 'he_uniform' }), output] },
    'activation_init_mismatch',
    'layers.0.weights',
  ],
  [
    'selu with he weights',
    { layers: [dense('a', { activation: 'selu' }), output] },
    'activation_init_mismatch',
    'layers.0.weights',
  ],
  [
    'a relu block behind a layer with glorot weights',
    {
      layers: [
        dense('a', { activation: 'linear', weights: 'glorot_uniform' }),
        { type: 'activation', activation: 'relu' },
        output,
      ],
    },
    'activation_init_mismatch',
    'layers.0.weights',
  ],
  ['a bias of 1', { layers: [dense('a', { bias: 1 }), output] }, 'bias_too_large', 'layers.0.bias'],
  [
    'a bias of 2 from the defaults',
    { defaults: { bias: 2 }, layers: [dense('a'), { ...output, bias: 0 }] },
    'bias_too_large',
    'layers.0.bias',
  ],
  [
    'four sigmoid layers',
    { layers: [...hidden(4, { activation: 'sigmoid', weights: 'glorot_normal' }), output] },
    'deep_saturating',
    'layers.0.activation',
  ],
  [
    'five tanh layers with even weights',
    { layers: [...hidden(5, { activation: 'tanh', weights: { name: 'uniform', min: 0, max: 1 } }), output] },
    'deep_saturating',
    'layers.0.activation',
  ],
  ['nine relu layers of two', { layers: [...hidden(9, { units: 2 }), output] }, 'born_dead', 'layers.0.units'],
  ['two relu layers of two', { layers: [...hidden(2, { units: 2 }), output] }, 'born_dead', 'layers.0.units'],
  [
    'inputs from −100 to 100',
    {
      data: { source: 'circles', samples: 60, scale: { method: 'minmax', range: [-100, 100] } },
      layers: [dense('a'), output],
    },
    'unscaled_input',
    'data.scale',
  ],
  [
    'inputs far from 0',
    {
      data: { source: 'circles', samples: 60, scale: { method: 'minmax', range: [9, 10] } },
      layers: [dense('a'), output],
    },
    'unscaled_input',
    'data.scale',
  ],
  [
    'softmax with the binary loss',
    { data: three, layers: [dense('a'), softmax], training: { loss: 'binary_crossentropy' } },
    'loss_output_mismatch',
    'training.loss',
  ],
  [
    'softmax with squared error',
    { data: three, layers: [dense('a'), softmax], training: { loss: 'mean_squared_error' } },
    'loss_output_mismatch',
    'training.loss',
  ],
  [
    'sigmoid for two classes with absolute error',
    { layers: [dense('a'), output], training: { loss: 'mean_absolute_error' } },
    'loss_output_mismatch',
    'training.loss',
  ],
  [
    'sigmoid for three classes',
    { data: three, layers: [dense('a'), { ...softmax, activation: 'sigmoid' }] },
    'loss_output_mismatch',
    'layers.1.activation',
  ],
  [
    'sigmoid for three classes, squared error',
    {
      data: three,
      layers: [dense('a'), { ...softmax, activation: 'sigmoid' }],
      training: { loss: 'mean_squared_error' },
    },
    'loss_output_mismatch',
    'layers.1.activation',
  ],
  [
    'relu for classes',
    { layers: [dense('a'), { ...output, activation: 'relu', weights: 'he_normal' }] },
    'loss_output_mismatch',
    'layers.1.activation',
  ],
  [
    'relu for a number',
    { data: numbers, layers: [dense('a'), { ...linear, activation: 'relu', weights: 'he_normal' }] },
    'loss_output_mismatch',
    'layers.1.activation',
  ],
  [
    'sigmoid for numbers below 0',
    { data: numbers, layers: [dense('a'), { ...linear, activation: 'sigmoid' }] },
    'loss_output_mismatch',
    'layers.1.activation',
  ],
];

/** Networks without any. */
const sound: [name: string, file: object][] = [
  ['relu with he, a sigmoid output with glorot', { layers: [dense('a'), output] }],
  [
    'a softmax output with the default he weights',
    { data: three, layers: [dense('a'), { ...softmax, weights: undefined }] },
  ],
  ['three sigmoid layers', { layers: [...hidden(3, { activation: 'sigmoid', weights: 'glorot_normal' }), output] }],
  [
    'twenty tanh layers with glorot or orthogonal weights',
    {
      layers: [
        ...hidden(10, { activation: 'tanh', weights: 'glorot_normal' }),
        ...hidden(10, { activation: 'tanh', weights: 'orthogonal', id: undefined }),
        output,
      ],
    },
  ],
  [
    'glorot weights before batch normalisation',
    {
      layers: [
        dense('a', { activation: 'linear', weights: 'glorot_uniform' }),
        { type: 'batch_norm' },
        { type: 'activation', activation: 'relu' },
        output,
      ],
    },
  ],
  [
    'narrow layers with a bias, or rai weights',
    {
      layers: [
        ...hidden(5, { units: 2, bias: 0.1 }),
        ...hidden(5, { units: 2, weights: 'rai', id: undefined }),
        output,
      ],
    },
  ],
  ['selu with lecun', { layers: [dense('a', { activation: 'selu', weights: 'lecun_uniform' }), output] }],
  [
    'a sigmoid bias of 1',
    { layers: [dense('a', { activation: 'sigmoid', weights: 'glorot_normal', bias: 1 }), output] },
  ],
  ['numbers with a linear output', { data: numbers, layers: [dense('a'), linear] }],
  [
    'an autoencoder of pictures with a sigmoid output',
    {
      data: { source: 'glyphs', samples: 40, scale: 'none', inputShape: [784] },
      layers: [dense('a'), { ...output, units: 784 }],
      training: { target: 'input' },
    },
  ],
  [
    'convolutions of one filter',
    {
      data: { source: 'glyphs', samples: 40 },
      layers: [
        ...hidden(4, { type: 'conv2d', units: undefined, filters: 1, kernelSize: 3 }),
        { type: 'flatten' },
        { ...softmax, units: 10 },
      ],
    },
  ],
];

const check = async (text: string, options?: RuleOptions) =>
  (await checkNetwork(text, () => Promise.reject(new Error('no file')), options)).problems;
const textOf = (more: object) => JSON.stringify(file(more), null, 2);

describe('Before training', () => {
  inAccents();

  for (const [name, more, rule, path] of faults) {
    it(`${rule} names ${name} and its place, and each fix ends it without another problem`, async () => {
      const problems = await check(textOf(more));
      assert.deepEqual(
        problems.map(({ severity, rule, path }) => [severity, rule, path]),
        [['warning', rule, path]],
      );
      const { fixes = [], message } = problems[0]!;
      assert.ok(fixes.length > 0);
      assert.match(message, /\.$/);
      assertTranslated(textOf(more), message, fixes);
      for (const fix of fixes) {
        const mended = applyEdits(textOf(more), fixEdits(textOf(more), fix));
        assert.deepEqual(await check(mended), [], fix.title);
      }
    });
  }

  for (const [name, more] of sound) {
    it(`nothing is said of ${name}`, async () => assert.deepEqual(await check(textOf(more)), []));
  }

  it('a threshold of the person’s own counts, one that makes no sense does not', async () => {
    const text = textOf({ layers: [dense('a', { bias: 0.5 }), output] });
    const rules = async (bias: unknown) =>
      (await check(text, { bias_too_large: { bias: bias as number } })).map(({ rule }) => rule);
    assert.deepEqual(await rules(0.5), ['bias_too_large']);
    for (const bias of [0.6, -1, '0.1', Number.NaN]) assert.deepEqual(await rules(bias), []);
  });

  it('a value from the defaults is shown at the layer that uses it', async () => {
    const text = textOf({ defaults: { bias: 3 }, layers: [dense('a'), { ...output, bias: 0 }] });
    const [problem] = await check(text);
    assert.match(text.slice(problem!.offset, problem!.offset + problem!.length), /^\{\s+"id": "a"/);
  });

  it('a width that can not fit comes with the width that does', async () => {
    const text = textOf({ data: three, layers: [dense('a'), { ...softmax, units: 4 }] });
    const [problem] = await check(text);
    assert.equal(problem!.severity, 'error');
    const mended = applyEdits(text, fixEdits(text, problem!.fixes![0]!));
    assert.deepEqual(await check(mended), []);
  });
});

describe('A fix', () => {
  const text = textOf({ training: { optimizer: 'adam' }, layers: [dense('a'), dense('b', { inputs: ['a'] }), output] });

  it('puts a layer behind another, which those that named it then read', () => {
    const fix = { title: '', insert: { after: 'a', layer: { id: 'b', type: 'batch_norm' } } };
    const { layers } = JSON.parse(applyEdits(text, fixEdits(text, fix)));
    assert.deepEqual(
      layers.map(({ id, inputs }: { id: string; inputs?: string[] }) => [id, inputs]),
      [
        ['a', undefined],
        ['batch_norm', undefined],
        ['b', ['batch_norm']],
        ['output', undefined],
      ],
    );
    const first = { title: '', insert: { after: 'input', layer: { type: 'dense', units: 3 } } };
    assert.equal(JSON.parse(applyEdits(text, fixEdits(text, first))).layers[0].units, 3);
  });

  it('is one replacement that leaves the rest as it was', () => {
    const edits = fixEdits(text, { title: '', set: { 'layers.0.weights': 'he_uniform', 'layers.1.bias': 0.1 } });
    assert.equal(edits.length, 1);
    assert.deepEqual(fixEdits(text, { title: '', set: { 'layers.0.units': 8 } }), []);
  });
});
