import type { Dim, Ref } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import { each, forEach, spread, type Kernel } from '../shader.ts';

/**
 * c = a · b, tile by tile through workgroup memory. Matrix products and all three convolutions are this with other ways to read a and
 * b. Versions: 8 × 8 threads with 1 to 64 values each; the largest tile that still gives the device enough workgroups is taken,
 * and a long sum over few values is split among workgroups, whose parts a second kernel adds in a fixed order.
 */
export interface Product {
  readonly name: string;
  readonly refs: Readonly<Record<string, Ref>>;
  readonly out: Ref;
  readonly m: Dim;
  readonly n: number;
  readonly k: Dim;
  readonly u32: Readonly<Record<string, number>>;
  /** WGSL functions `a(i, l)` and `b(l, j)` for indices in range. */
  readonly operands: string;
  /** The index along which neighbours lie side by side in memory. */
  readonly aAlong: 'row' | 'depth';
  readonly bAlong: 'column' | 'depth';
  readonly accumulate: boolean;
  readonly bias: Ref | undefined;
}

/** Threads of a workgroup in each direction. */
const side = 8;
/** Depth of a tile. */
const depth = 16;
/** Shortest sum worth a workgroup of its own. */
const shortest = 256;

const at = (dim: Dim, rows: number): number => (dim.perRow ? dim.size * rows : dim.size);
const extent = (dim: Dim, name: string): string => (dim.perRow ? `op.${name} * now.rows` : `op.${name}`);

export function product(p: Product, context: Context): Kernel[] {
  const m = at(p.m, context.maxRows);
  const k = at(p.k, context.maxRows);
  const size = tileFor(m, p.n, context.busy);
  const tiles = (rows: number) => tilesOf(at(p.m, rows), p.n, size);
  const splits = Math.max(1, Math.min(Math.ceil(context.busy / tiles(context.maxRows)), Math.floor(k / shortest)));
  const partial = context.floats(splits > 1 ? splits * m * p.n : 0);
  const finish = (value: string) =>
    `store_out(i, ${[value, ...(p.bias ? ['load_bias(i % op.n)'] : []), ...(p.accumulate ? ['load_out(i)'] : [])].join(' + ')});`;
  const refs = { ...p.refs, out: p.out, ...(p.bias ? { bias: p.bias } : {}) };
  const kernel: Kernel = {
    name: p.name,
    refs: { ...refs, ...(splits > 1 ? { partial } : {}) },
    u32: { ...p.u32, m: p.m.size, n: p.n, k: p.k.size, splits },
    body: `${p.operands}
${tiled(p, size, splits > 1 ? 'store_partial(group.z * m * op.n + i, value);' : finish('value'))}`,
    groups: (rows) => {
      const [x, y] = spread(tiles(rows));
      return [x, y, splits];
    },
    cost: (rows) => at(p.m, rows) * p.n * at(p.k, rows),
  };
  if (splits === 1) return [kernel];
  const count = `${extent(p.m, 'm')} * op.n`;
  const gathered: Kernel = {
    name: `${p.name}: parts`,
    refs: { out: p.out, partial, ...(p.bias ? { bias: p.bias } : {}) },
    u32: { m: p.m.size, n: p.n, splits },
    body: forEach(
      count,
      `var sum = 0.0;
  for (var part = 0u; part < op.splits; part++) { sum += load_partial(part * ${count} + i); }
  ${finish('sum')}`,
    ),
    ...each((rows) => at(p.m, rows) * p.n, splits),
  };
  return [kernel, gathered];
}

/** Values a thread works out: so many rows, so many columns. */
type Tile = readonly [rows: number, columns: number];

const tilesOf = (m: number, n: number, [r, c]: Tile): number => Math.ceil(m / (side * r)) * Math.ceil(n / (side * c));

/** The largest tile that is not mostly empty and leaves enough of them. */
function tileFor(m: number, n: number, busy: number): Tile {
  const most = (length: number) => [8, 4, 2].find((r) => length >= side * r) ?? 1;
  let [r, c] = [most(m), most(n)];
  while (r * c > 1 && tilesOf(m, n, [r, c]) < busy) {
    if (r >= c) r /= 2;
    else c /= 2;
  }
  return [r, c];
}

/** The entry point; `store` writes `value` of element i. */
function tiled(p: Product, [r, c]: Tile, store: string): string {
  const indices = (length: number) => Array.from({ length }, (_, i) => i);
  const pairs = indices(r).flatMap((i) => indices(c).map((j) => [i, j] as const));
  const [height, width] = [side * r, side * c];
  const load = (along: 'depth' | 'across', tile: number) =>
    along === 'depth'
      ? `let l = e % ${depth}u; let across = e / ${depth}u;`
      : `let across = e % ${tile}u; let l = e / ${tile}u;`;
  return `
var<workgroup> tileA: array<f32, ${depth * height}>;
var<workgroup> tileB: array<f32, ${depth * width}>;
@compute @workgroup_size(${side}, ${side})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let m = ${extent(p.m, 'm')};
  let k = ${extent(p.k, 'k')};
  let across = (op.n + ${width - 1}u) / ${width}u;
  let index = groupIndex(group, groups);
  let row0 = index / across * ${height}u;
  let column0 = index % across * ${width}u;
  if (row0 >= m) { return; }
  let share = (k + op.splits * ${depth}u - 1u) / (op.splits * ${depth}u) * ${depth}u;
  let end = min(k, (group.z + 1u) * share);
  ${pairs.map(([i, j]) => `var s${i}${j} = 0.0;`).join(' ')}
  for (var l0 = group.z * share; l0 < end; l0 += ${depth}u) {
    for (var e = thread; e < ${depth * height}u; e += ${side * side}u) {
      ${load(p.aAlong === 'depth' ? 'depth' : 'across', height)}
      var value = 0.0;
      if (row0 + across < m && l0 + l < end) { value = a(row0 + across, l0 + l); }
      tileA[l * ${height}u + across] = value;
    }
    for (var e = thread; e < ${depth * width}u; e += ${side * side}u) {
      ${load(p.bAlong === 'depth' ? 'depth' : 'across', width)}
      var value = 0.0;
      if (column0 + across < op.n && l0 + l < end) { value = b(l0 + l, column0 + across); }
      tileB[l * ${width}u + across] = value;
    }
    workgroupBarrier();
    for (var l = 0u; l < ${depth}u; l++) {
      ${indices(r)
        .map((i) => `let a${i} = tileA[l * ${height}u + local.y * ${r}u + ${i}u];`)
        .join(' ')}
      ${indices(c)
        .map((j) => `let b${j} = tileB[l * ${width}u + local.x + ${side * j}u];`)
        .join(' ')}
      ${pairs.map(([i, j]) => `s${i}${j} = fma(a${i}, b${j}, s${i}${j});`).join(' ')}
    }
    workgroupBarrier();
  }
  ${pairs
    .map(
      ([i, j]) => `{
    let row = row0 + local.y * ${r}u + ${i}u;
    let column = column0 + local.x + ${side * j}u;
    if (row < m && column < op.n) {
      let i = row * op.n + column;
      let value = s${i}${j};
      ${store}
    }
  }`,
    )
    .join('\n  ')}
}`;
}
