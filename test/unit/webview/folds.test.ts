import assert from 'node:assert/strict';
import { foldsOf } from '../../../src/webview/designer/folds.ts';
import { drawingOf, networkText } from './networks.ts';

const output = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' };
const hidden = (id: string, more: object = {}) => ({ id, type: 'dense', units: 8, ...more });
const folds = (...layers: object[]) => foldsOf(drawingOf(networkText({ layers })));

describe('Equal layers one after another', () => {
  it('are a run from three on, whatever a default or the file says', () => {
    const written = hidden('c', { activation: 'relu' });
    assert.deepEqual(folds(hidden('a'), hidden('b'), written, hidden('d'), output), [{ from: 0, to: 3 }]);
    assert.deepEqual(folds(hidden('a'), hidden('b'), output), []);
  });

  it('end where a layer differs', () => {
    const other = hidden('d', { activation: 'tanh' });
    const more = [hidden('e'), hidden('f'), hidden('g')];
    assert.deepEqual(folds(hidden('a'), hidden('b'), hidden('c'), other, ...more, output), [
      { from: 0, to: 2 },
      { from: 4, to: 6 },
    ]);
  });

  it('end where another layer reads what is between them', () => {
    const layers = [hidden('a'), hidden('b'), hidden('c'), hidden('d'), hidden('e'), hidden('f')];
    const sum = { id: 'sum', type: 'add', inputs: ['c', 'f'] };
    assert.deepEqual(folds(...layers, sum, output), [
      { from: 0, to: 2 },
      { from: 3, to: 5 },
    ]);
  });
});
