import { clamped, maskedBy } from './math.ts';

/**
 * The activation that is met most, straight through. The last vector may reach past the end: a buffer of activations has room for whole
 * vectors, and what lies beyond its values is never read.
 */

/** a = max(z, 0), `count` values; a may be z. Of what is subnormal, or not a number, 0. */
export function relu(z: usize, a: usize, count: i32): void {
  const shift = a - z;
  for (const end = z + ((<usize>count) << 2); z < end; z += 16) v128.store(z + shift, clamped(v128.load(z)));
}

/** dz = da where a > 0, else 0; dz may be da. */
export function reluBack(a: usize, da: usize, dz: usize, count: i32): void {
  for (const end = a + ((<usize>count) << 2); a < end; a += 16) {
    v128.store(dz, maskedBy(v128.load(da), v128.load(a)));
    da += 16;
    dz += 16;
  }
}
