/**
 * What one core can do with 128-bit vectors: six chains of multiplications and six of additions, all in registers. AssemblyScript, compiled by
 * `npm run bench`; one turn of the loop does 48 floating-point operations.
 */
export function turns(count: i32): f32 {
  const factor = f32x4.splat(0.999);
  const term = f32x4.splat(0.001);
  let a = f32x4.splat(1);
  let b = f32x4.splat(2);
  let c = f32x4.splat(3);
  let d = f32x4.splat(4);
  let e = f32x4.splat(5);
  let f = f32x4.splat(6);
  let g = f32x4.splat(7);
  let h = f32x4.splat(8);
  let i = f32x4.splat(9);
  let j = f32x4.splat(10);
  let k = f32x4.splat(11);
  let l = f32x4.splat(12);
  for (let turn = 0; turn < count; turn++) {
    a = f32x4.mul(a, factor);
    g = f32x4.add(g, term);
    b = f32x4.mul(b, factor);
    h = f32x4.add(h, term);
    c = f32x4.mul(c, factor);
    i = f32x4.add(i, term);
    d = f32x4.mul(d, factor);
    j = f32x4.add(j, term);
    e = f32x4.mul(e, factor);
    k = f32x4.add(k, term);
    f = f32x4.mul(f, factor);
    l = f32x4.add(l, term);
  }
  const s = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(f32x4.add(s, f32x4.add(f32x4.add(i, j), f32x4.add(k, l))), 0);
}
