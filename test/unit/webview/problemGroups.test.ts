import assert from 'node:assert/strict';
import type { Fix } from '../../../src/engine/spec/fix.ts';
import { folded } from '../../../src/webview/problemGroups.ts';

const leaky = (index: number): Fix => ({
  title: `Use leaky_relu in "h${index}"`,
  set: { [`layers.${index}.activation`]: 'leaky_relu' },
});
const said = (index: number, offered: Fix[]) => ({
  ...{ rule: 'dying_relu', severity: 'warning', message: `Units of "h${index}" are dead.` },
  ...{ layer: `h${index}`, offered },
});
const slow = { title: 'Set the learning rate to 0.1', set: { 'training.optimizer.learningRate': 0.1 } };

describe('What one rule says of many layers', () => {
  it('is one line, whose fix mends them all', () => {
    const whole = { ...said(9, []), rule: 'overfitting', layer: undefined };
    const many = Array.from({ length: 5 }, (_, i) => said(i, [slow, leaky(i)]));
    const [line, other, ...more] = folded([many[0]!, whole, ...many.slice(1)]);
    assert.deepEqual([other, more], [whole, []]);
    assert.equal(line?.message, 'In 5 layers: Units of "h0" are dead.');
    const set = Object.fromEntries(many.map((_, i) => [`layers.${i}.activation`, 'leaky_relu']));
    assert.deepEqual(line?.offered, [slow, { title: 'Use leaky_relu in 5 layers', set }]);
  });

  it('stays a line each where they are few, and has no fix in common where one layer is mended otherwise', () => {
    const few = [0, 1, 2].map((i) => said(i, [leaky(i)]));
    assert.deepEqual(folded(few), few);
    assert.deepEqual(folded([...few, said(3, [slow])])[0]?.offered, []);
  });
});
