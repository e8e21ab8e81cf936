import assert from 'node:assert/strict';
import type { Autopsy } from '../../../src/engine/autopsy/autopsy.ts';
import { sentences } from '../../../src/engine/autopsy/sentences.ts';
import { english, inAccents, untranslated } from '../../pseudo.ts';

const moment = { step: 6, active: 3, largest: 0.5, weightNorm: 2, bias: 0.1 };
const died: Autopsy = {
  ...{ layer: 'hidden', unit: 4, activation: 'relu', inactive: 'zero', edge: 0, samples: 100, step: 7 },
  ...{ interval: [0, 10], stride: 1, revivals: 0, inputs: { units: 8, dead: 3 } },
  moments: [moment, { ...moment, step: 7, active: 0, largest: -1.5, bias: -2.3 }],
  blow: {
    parts: { weights: -0.1, bias: -1.9, inputs: 0 },
    ...{ weightChange: 0.3, biasChange: -2.4, weightGradient: 1, biasGradient: 24, learningRate: 0.1 },
    inputMeans: null,
  },
};
const blow = died.blow!;
const parts = [
  { weights: -2, bias: 0, inputs: 0 },
  { weights: -1, bias: 0, inputs: -0.9 },
  { weights: null, bias: -2, inputs: 0 },
  { weights: 0, bias: 0, inputs: -2 },
];
const inputs = [
  null,
  ...[
    [1, 0],
    [1, 1],
    [5, 0],
    [5, 1],
    [5, 3],
  ].map(([units, dead]) => ({ units: units!, dead: dead! })),
];

describe('The sentences of an autopsy', () => {
  inAccents();

  it('are whole, and say what happened and what did it', () => {
    assert.deepEqual(sentences(died).map(english), [
      'Unit 4 of hidden died at step 7: the step before, it was active on 3 of 100 samples, then on none.',
      'That update moved its bias from 0.1 to −2.3, which took its largest weighted sum from 0.5 to −1.5; 3 of its 8 inputs were dead already.',
    ]);
    // A small move is told with the digits that show it.
    const [before, after] = died.moments.map((one) => ({ ...one, bias: one.bias === 0.1 ? -1.1012 : -1.1108 }));
    const [, little] = sentences({ ...died, moments: [before!, after!] });
    assert.match(english(little), /moved its bias from −1\.1 to −1\.11,/);
    const start = { ...died, blow: null, edge: -3, inactive: 'negative', inputs: { units: 1, dead: 1 } } as const;
    assert.deepEqual(sentences(start).map(english), [
      'Unit 4 of hidden was always negative from the start: with its initial weights its largest weighted sum over 100 samples is 0.5 (it is active above −3).',
      'relu passes some gradient there, so it may come back; its only input was dead.',
    ]);
  });

  it('can be translated, whatever was found', () => {
    for (const edge of [0, 1, null])
      for (const inactive of ['zero', 'negative'] as const)
        for (const input of inputs)
          for (const what of [null, ...parts.map((parts) => ({ ...blow, parts }))])
            for (const sentence of sentences({ ...died, edge, inactive, inputs: input, blow: what }))
              assert.deepEqual(untranslated(sentence, 'relu hidden'), [], sentence);
  });
});
