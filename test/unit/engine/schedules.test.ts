import assert from 'node:assert/strict';
import { scheduleFactor } from '../../../src/engine/schedules.ts';

const factors = (name: string, parameters: Record<string, number>, steps: number[]) =>
  steps.map((s) => Number(scheduleFactor({ name, parameters }, s, 100).toPrecision(12)));

describe('learning rate schedules', () => {
  it('constant stays', () => assert.deepEqual(factors('constant', {}, [0, 50, 99]), [1, 1, 1]));

  it('step multiplies after every so many updates', () =>
    assert.deepEqual(factors('step', { every: 10, factor: 0.5 }, [0, 9, 10, 25]), [1, 1, 0.5, 0.25]));

  it('exponential multiplies after each update', () =>
    assert.deepEqual(factors('exponential', { rate: 0.9 }, [0, 1, 2]), [1, 0.9, 0.81]));

  it('cosine falls from 1 over ½ towards 0', () => {
    assert.deepEqual(factors('cosine', {}, [0, 50]), [1, 0.5]);
    assert.ok(scheduleFactor({ name: 'cosine', parameters: {} }, 99, 100) < 0.001);
    assert.equal(scheduleFactor({ name: 'cosine', parameters: {} }, 0, 0), 1, 'in a run of no steps');
  });

  it('warm-up grows by equal parts to the full rate, on top of any schedule', () => {
    assert.deepEqual(factors('constant', { warmupSteps: 4 }, [0, 1, 3, 4]), [0.25, 0.5, 1, 1]);
    assert.deepEqual(factors('exponential', { rate: 0.5, warmupSteps: 2 }, [0, 1, 2]), [0.5, 0.5, 0.25]);
  });
});
