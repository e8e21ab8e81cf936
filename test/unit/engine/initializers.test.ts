import assert from 'node:assert/strict';
import { initializerRow, initializers } from '../../../src/engine/initializers.ts';
import { compile } from '../../../src/engine/plan/compile.ts';
import { purpose, Random } from '../../../src/engine/random.ts';
import { initialParameters } from '../../../src/engine/training/initialize.ts';
import { graphOf, smallData } from './networks.ts';

const fans = { in: 120, out: 80 };

function fill(name: string, parameters: Record<string, number> = {}, { in: rows, out: columns } = fans): Float32Array {
  const values = new Float32Array(rows * columns);
  initializerRow(name).fill(values, { in: rows, out: columns }, new Random(3, 1, purpose.weights), parameters);
  return values;
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sigma = (values: Float32Array) => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length);
};

describe('initial weights', () => {
  const limits: Record<string, number> = {
    he_uniform: Math.sqrt(6 / 120),
    glorot_uniform: Math.sqrt(6 / 200),
    lecun_uniform: Math.sqrt(3 / 120),
    fan_in_uniform: 1 / Math.sqrt(120),
  };
  const sigmas: Record<string, number> = {
    he_normal: Math.sqrt(2 / 120),
    glorot_normal: Math.sqrt(2 / 200),
    lecun_normal: Math.sqrt(1 / 120),
  };

  for (const [name, limit] of Object.entries(limits)) {
    it(`${name} is drawn evenly between ±${limit.toFixed(4)}`, () => {
      const values = fill(name);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      assert.ok(most <= limit * (1 + 1e-6) && most > 0.999 * limit, `${most}`);
      assert.ok(least >= -limit * (1 + 1e-6) && least < -0.999 * limit, `${least}`);
      assert.ok(Math.abs(mean(values)) < 0.03 * limit);
      assert.ok(Math.abs(sigma(values) / (limit / Math.sqrt(3)) - 1) < 0.02);
    });
  }

  for (const [name, expected] of Object.entries(sigmas)) {
    it(`${name} is normal with σ ${expected.toFixed(4)}, not truncated`, () => {
      const values = fill(name);
      assert.ok(Math.abs(mean(values)) < 0.03 * expected);
      assert.ok(Math.abs(sigma(values) / expected - 1) < 0.03);
      assert.ok(Math.max(...values) > 3 * expected);
    });
  }

  it('says the σ it draws with', () => {
    const parameters: Record<string, Record<string, number>> = {
      normal: { stddev: 0.3 },
      uniform: { min: -1, max: 2 },
      constant: { value: 0.5 },
    };
    for (const { name } of initializers) {
      const told = initializerRow(name).sigma(fans, parameters[name] ?? {});
      const drawn = sigma(fill(name, parameters[name]));
      assert.ok(Math.abs(told - drawn) <= 0.03 * Math.max(told, 1e-9), `${name}: ${told} against ${drawn}`);
    }
  });

  it('orthogonal has orthonormal columns, or rows where there are fewer of them', () => {
    for (const [rows, columns] of [
      [40, 25],
      [25, 40],
      [30, 30],
    ] as const) {
      const values = fill('orthogonal', {}, { in: rows, out: columns });
      const tall = rows >= columns;
      const at = (vector: number, k: number) => (tall ? values[k * columns + vector]! : values[vector * columns + k]!);
      for (let i = 0; i < Math.min(rows, columns); i++) {
        for (let j = 0; j <= i; j++) {
          let dot = 0;
          for (let k = 0; k < Math.max(rows, columns); k++) dot += at(i, k) * at(j, k);
          assert.ok(Math.abs(dot - (i === j ? 1 : 0)) < 1e-6, `${rows}×${columns}: ${i}·${j} = ${dot}`);
        }
      }
    }
  });

  it('identity is 1 on the diagonal, square or not', () => {
    assert.deepEqual([...fill('identity', {}, { in: 2, out: 3 })], [1, 0, 0, 0, 1, 0]);
    assert.deepEqual([...fill('identity', {}, { in: 3, out: 2 })], [1, 0, 0, 1, 0, 0]);
  });

  it('rai gives each unit one large positive entry among its weights and its bias', () => {
    const data = smallData([20], 'regression', 300, 4);
    const graph = graphOf({ layers: [{ type: 'dense', units: 300, weights: 'rai', activation: 'linear' }] }, data);
    const plan = compile(graph, 4, 4);
    const values = initialParameters(graph, plan);
    const [weights, bias] = plan.parameters.map(({ offset, size }) => values.subarray(offset, offset + size));
    const small = 4.5 * (0.6007 / Math.sqrt(20));
    let biased = 0;
    let total = 0;
    for (let unit = 0; unit < 300; unit++) {
      const entries = [...Array.from({ length: 20 }, (_, i) => weights![i * 300 + unit]!), bias![unit]!];
      assert.ok(entries.filter((value) => Math.abs(value) > small).length <= 1);
      if (bias![unit]! === Math.max(...entries) && bias![unit]! > 0.5) biased++;
      total += Math.max(...entries);
    }
    assert.ok(biased > 3 && biased < 40, `${biased} of 300 in the bias`);
    assert.ok(Math.abs(total / 300 - 2 / 3) < 0.05, `mean of the largest ${total / 300}`);
  });
});
