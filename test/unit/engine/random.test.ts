import assert from 'node:assert/strict';
import { philox, purpose, Random, streamOf } from '../../../src/engine/random.ts';

const words = (counter: number[], key: number[]) => {
  const out = new Uint32Array(4);
  philox(counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!, out);
  return [...out].map((word) => word.toString(16).padStart(8, '0')).join(' ');
};

describe('random', () => {
  it('gives the known answers of Philox4x32-10 (Random123, kat_vectors)', () => {
    const ones = 0xffffffff;
    assert.equal(words([0, 0, 0, 0], [0, 0]), '6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    assert.equal(words([ones, ones, ones, ones], [ones, ones]), '408f276d 41c83b0e a20bc7c6 6d5451fd');
    assert.equal(
      words([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });

  it('draws normals with mean 0 and σ 1, and uniforms that fill [0, 1)', () => {
    const random = new Random(1, streamOf('test'), purpose.weights);
    const normals = Array.from({ length: 100_000 }, () => random.normal());
    const mean = normals.reduce((a, b) => a + b) / normals.length;
    const variance = normals.reduce((a, b) => a + b * b, 0) / normals.length;
    assert.ok(Math.abs(mean) < 0.01 && Math.abs(variance - 1) < 0.02, `${mean} ${variance}`);
    const again = new Random(1, streamOf('test'), purpose.weights);
    const [some, rest] = [new Float32Array(7), new Float32Array(6)];
    again.normals(some, 3);
    again.normals(rest, 3);
    assert.deepEqual([...some, ...rest], [...Float32Array.from(normals.slice(0, 13), (value) => 3 * value)]);
    const uniforms = Array.from({ length: 10_000 }, () => random.uniform());
    assert.ok(Math.min(...uniforms) >= 0 && Math.max(...uniforms) < 1);
  });

  it('gives each stream, purpose, step and seed draws of its own', () => {
    const first = (...args: [number, number, number, number?]) => new Random(...args).uint32();
    const draws = [first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4), first(1, 2, 3, 1)];
    assert.equal(new Set(draws).size, draws.length);
    assert.equal(first(1, 2, 3), draws[0]);
  });

  it('shuffles into every order about equally often', () => {
    const counts = new Map<string, number>();
    const random = new Random(5, 1, purpose.shuffle);
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle([0, 1, 2]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 6);
    for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150, String(count));
  });
});
