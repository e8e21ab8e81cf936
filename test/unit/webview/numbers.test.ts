import assert from 'node:assert/strict';
import { compact, count, plain, short } from '../../../src/webview/format.ts';
import { nudge, numberFault } from '../../../src/webview/numbers.ts';
import { dataFields } from '../../../src/engine/spec/dataFields.ts';
import { valueFault, valueOf, valueText } from '../../../src/webview/values.ts';
import { unitName } from '../../../src/webview/designer/unitMap.ts';

describe('Numbers', () => {
  it('are short, and scientific only when very small or large', () => {
    assert.deepEqual(
      [0.41234, 12.3, 0, 3, 1e-5, 0.0042, 0.0102, 123456, null, NaN].map((n) => compact(n)),
      ['0.41', '12', '0', '3', '1e−5', '0.0042', '0.010', '1.2e5', '–', '–'],
    );
    assert.deepEqual([0.5, 0.25, 10, 0.8].map(plain), ['0.5', '0.25', '10', '0.8']);
  });

  it('are counted with gaps between thousands', () => {
    assert.equal(count(4417), '4\u202f417');
    assert.equal(count(1234567), '1\u202f234\u202f567');
    assert.equal(short(4417), '4.4\u202fk');
    assert.equal(short(27_562_000), '28\u202fM');
  });

  it('walk through decades by arrow keys', () => {
    assert.deepEqual(
      [
        nudge(0.01, 1, false),
        nudge(0.09, 1, false),
        nudge(0.1, 1, false),
        nudge(0.1, -1, false),
        nudge(0.01, -1, false),
        nudge(1, -1, false),
      ],
      [0.02, 0.1, 0.2, 0.09, 0.009, 0.9],
    );
    assert.deepEqual([nudge(0, 1, false), nudge(-0.1, 1, false), nudge(-0.1, -1, false)], [0.01, -0.09, -0.2]);
    assert.deepEqual([nudge(16, 1, true), nudge(16, -1, true)], [17, 15]);
  });

  it('are refused with a reason', () => {
    const limits = { whole: true, minimum: 1, maximum: 9 };
    for (const text of ['', 'x', '1.5', '0', '10', 'Infinity']) assert.ok(numberFault(text, limits), text);
    assert.equal(numberFault('5', limits), undefined);
    assert.equal(numberFault('0.5', { whole: false, minimum: 0 }), undefined);
  });
});

describe('A unit’s name', () => {
  const snapshot = {
    layer: 'hidden',
    active: Float32Array.of(0, 0.43, 0.004, 0, 0),
    state: Uint8Array.of(2, 0, 1, 2, 2),
    lastActive: Int32Array.of(152, -1, -1, -1, 159),
    foundDead: Int32Array.of(160, -1, -1, 0, 160),
  };

  it('says since when a unit is dead, or how often it is active', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((unit) => unitName(unit, snapshot, 'zero')),
      [
        'unit 0, dead since steps 153–160',
        'unit 1, active on 43 %',
        'unit 2, active on 1 %, nearly dead',
        'unit 3, dead since the start',
        'unit 4, dead since steps 160–160',
      ],
    );
  });

  it('does not call a unit dead that still lets something through, nor one active that is never inactive', () => {
    assert.equal(unitName(0, snapshot, 'negative'), 'unit 0, always negative since steps 153–160');
    assert.equal(unitName(1, snapshot, 'never'), 'unit 1, mean output 0.43');
  });

  it('says nothing that is not known', () => {
    assert.equal(unitName(7, undefined, 'zero'), 'unit 7');
  });
});

describe('A value typed as text', () => {
  it('is JSON, a word, or nothing', () => {
    assert.deepEqual(['[8, 8, 1]', 'standardize', '{"train": 1}', ' ', '3'].map(valueOf), [
      [8, 8, 1],
      'standardize',
      { train: 1 },
      undefined,
      3,
    ]);
    for (const value of [[8, 8, 1], 'digits.csv', { method: 'none' }, true])
      assert.deepEqual(valueOf(valueText(value)), value);
  });

  it('is refused where the field cannot hold it', () => {
    const { scale, path } = dataFields;
    assert.equal(valueFault(scale, 'none'), undefined);
    assert.equal(valueFault(scale, ''), undefined);
    const wanted = 'It must be one of "none" or "standardize" or an object with "method".';
    assert.equal(valueFault(scale, 'sideways'), wanted);
    assert.equal(valueFault(scale, '{"method": "minmax"}'), wanted);
    assert.equal(valueFault(path, '3'), 'It must be text that is not empty.');
  });
});
