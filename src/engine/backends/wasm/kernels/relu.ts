/**
 * The activation that is met most, straight through. The last vector may reach past the end: a buffer of activations has room for whole
 * vectors, and what lies beyond its values is never read.
 */

/** a = max(z, 0), `count` values; a may be z. Not a number stays so. */
export function relu(z: usize, a: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const shift = a - z;
  for (const end = z + ((<usize>count) << 2); z < end; z += 16) v128.store(z + shift, f32x4.pmax(zero, v128.load(z)));
}

/** dz = da where a > 0, else 0; dz may be da. */
export function reluBack(a: usize, da: usize, dz: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (const end = a + ((<usize>count) << 2); a < end; a += 16) {
    v128.store(dz, v128.and(v128.load(da), f32x4.gt(v128.load(a), zero)));
    da += 16;
    dz += 16;
  }
}
