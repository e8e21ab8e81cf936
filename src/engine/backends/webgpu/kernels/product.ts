import type { Dim, Ref } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import { each, forEach, spread, type Kernel } from '../shader.ts';

/**
 * c = a · b, tile by tile. Matrix products and all three convolutions are this with other ways to read a and
 * b. On graphics devices 64 threads with 1 to 64 values each; the largest tile that still gives the device enough workgroups is taken,
 * and a long sum over few values is split among workgroups, whose parts a second kernel adds in a fixed order.
 *
 * In software, where a thread is one of four lanes of a vector, reading is dear: lane by lane, each within bounds. Tried on 128 × 784 times
 * 784 × 512, ms on two busy cores (SwiftShader with Subzero, best of three, ± a fifth): 8 × 8 sums a thread, each lane reading its own
 * values, 188, the same with four steps of depth a turn 151; with `quads`, where four lanes read four values of a at once and hand
 * them on, 4 × 4 sums 66 to 92, 8 × 4 61 to 73, 8 × 8 63 to 72, 16 × 4 57 to 59. 8 × 4 takes half as long to compile as the last two. No gain: quadBroadcast,
 * multiply and add for fma, eight steps of depth a turn, atomic loads. 16 × 8 sums without `quads` were a quarter slower than 8 × 8.
 * Convolutions by the tiles of graphics devices took as long to compile as to train ten steps: 24 s for c, now 5.6.
 */
export interface Product {
  readonly name: string;
  readonly refs: Readonly<Record<string, Ref>>;
  readonly out: Ref;
  readonly m: Dim;
  readonly n: number;
  readonly k: Dim;
  readonly u32: Readonly<Record<string, number>>;
  /**
   * WGSL, for indices in range: element (i, l) of a is `a(rowOf(i), depthOf(l))`, both of them of type `Place`; element (l, j) of b is
   * `b(bRow(l) + bColumn(j))`. So what an index alone says is worked out once for all elements along it.
   */
  readonly operands: string;
  /** The index along which neighbours lie side by side in memory. */
  readonly aAlong: 'row' | 'depth';
  readonly bAlong: 'column' | 'depth';
  readonly accumulate: boolean;
  readonly bias: Ref | undefined;
  readonly follow: Follow | undefined;
}

/** An elementwise operation on what a product writes, done where it is written: one dispatch fewer, and nothing is read again. */
export interface Follow extends Pick<Kernel, 'refs' | 'u32' | 'f32'> {
  readonly declarations: string;
  /** WGSL for element i of the product's output, whose value the expression `value` is. */
  write(value: string): string;
}

/** Depth of a tile. */
const depth = 16;
/** Shortest sum worth a workgroup of its own. */
const shortest = 256;

const at = (dim: Dim, rows: number): number => (dim.perRow ? dim.size * rows : dim.size);
/** Whether a side is as long as the batch is a uniform, so that products that differ in this alone are one program. */
const extent = (name: 'm' | 'k'): string => `(op.${name} * select(1u, now.rows, op.${name}PerRow == 1u))`;
const perRow = ({ m, k }: Pick<Product, 'm' | 'k'>) => ({ mPerRow: Number(m.perRow), kPerRow: Number(k.perRow) });

export function product(p: Product, context: Context): Kernel[] {
  const m = at(p.m, context.maxRows);
  const k = at(p.k, context.maxRows);
  const tile = context.quads ? quadTile : squareTile(m, p.n, context.busy);
  const tiles = (rows: number) => tilesOf(at(p.m, rows), p.n, tile);
  const splits = Math.max(1, Math.min(Math.ceil(context.busy / tiles(context.maxRows)), Math.floor(k / shortest)));
  const partial = context.floats(splits > 1 ? splits * m * p.n : 0);
  const { follow } = p;
  const finish = (value: string) =>
    [value, ...(p.bias ? ['load_bias(i % op.n)'] : []), ...(p.accumulate ? ['load_out(i)'] : [])].join(' + ');
  const outputs = { out: p.out, ...(p.bias ? { bias: p.bias } : {}), ...follow?.refs };
  const declarations = follow?.declarations ?? '';
  const f32 = follow?.f32 ? { f32: follow.f32 } : {};
  const store = splits > 1 ? 'store_partial(group.z * m * op.n + i, value);' : `store_out(i, ${finish('value')});`;
  const after = splits > 1 ? '' : (follow?.write('load_out(i)') ?? '');
  const kernel: Kernel = {
    name: p.name,
    refs: { ...p.refs, ...(splits > 1 ? { partial } : outputs) },
    u32: { ...p.u32, m: p.m.size, n: p.n, k: p.k.size, ...perRow(p), splits, ...(splits > 1 ? {} : follow?.u32) },
    ...(splits > 1 ? {} : f32),
    body: `${p.operands}
${splits > 1 ? '' : declarations}
${context.quads ? quads(tile, store, after) : tiled(p, tile, store, after)}`,
    groups: (rows) => {
      const [x, y] = spread(tiles(rows));
      return [x, y, splits];
    },
    cost: (rows) => at(p.m, rows) * p.n * at(p.k, rows),
  };
  if (splits === 1) return [kernel];
  const count = `${extent('m')} * op.n`;
  const gathered: Kernel = {
    name: `${p.name}: parts`,
    refs: { partial, ...outputs },
    u32: { m: p.m.size, n: p.n, ...perRow(p), splits, ...follow?.u32 },
    ...f32,
    body:
      declarations +
      forEach(
        count,
        `var sum = 0.0;
  for (var part = 0u; part < op.splits; part++) { sum += load_partial(part * ${count} + i); }
  ${follow ? follow.write(finish('sum')) : `store_out(i, ${finish('sum')});`}`,
      ),
    ...each((rows) => at(p.m, rows) * p.n, splits),
  };
  return [kernel, gathered];
}

/** Values a thread works out, so many rows and so many columns, and threads of a workgroup in each direction. */
interface Tile {
  readonly r: number;
  readonly c: number;
  readonly down: number;
  readonly across: number;
}

const tilesOf = (m: number, n: number, { r, c, down, across }: Tile): number =>
  Math.ceil(m / (down * r)) * Math.ceil(n / (across * c));

/** The largest tile that is not mostly empty and leaves enough of them. */
function squareTile(m: number, n: number, busy: number): Tile {
  const most = (length: number) => [8, 4, 2].find((r) => length >= 8 * r) ?? 1;
  const square = (r: number, c: number) => ({ r, c, down: 8, across: 8 });
  let [r, c] = [most(m), most(n)];
  while (r * c > 1 && tilesOf(m, n, square(r, c)) < busy) {
    if (r >= c) r /= 2;
    else c /= 2;
  }
  return square(r, c);
}

const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** What both entry points begin with: which tile this workgroup has, and which share of the sum. */
const head = (height: number, width: number): string => `  let m = ${extent('m')};
  let k = ${extent('k')};
  let across = (op.n + ${width - 1}u) / ${width}u;
  let index = groupIndex(group, groups);
  let row0 = index / across * ${height}u;
  let column0 = index % across * ${width}u;
  if (row0 >= m) { return; }
  let share = (k + op.splits * ${depth}u - 1u) / (op.splits * ${depth}u) * ${depth}u;
  let end = min(k, (group.z + 1u) * share);`;

/**
 * Writes a thread's sums: `store` writes `value` of element i. Then `follow` is done with each, in a loop: written out as often as there are
 * sums it would take long to compile.
 */
function tail({ r, c, across }: Tile, store: string, follow: string): string {
  const each = (row: string, column: string, body: string) => `{
    let row = row0 + local.y * ${r}u + ${row};
    let column = column0 + local.x + ${across}u * (${column});
    if ((row < m) & (column < op.n)) {
      let i = row * op.n + column;
      ${body}
    }
  }`;
  const stores = indices(r).flatMap((i) =>
    indices(c).map((j) => each(`${i}u`, `${j}u`, `let value = s${i}_${j};\n      ${store}`)),
  );
  return `  ${stores.join('\n  ')}
  ${follow && `for (var e = 0u; e < ${r * c}u; e++) ${each(`e / ${c}u`, `e % ${c}u`, follow)}`}`;
}

/** Four threads with 8 × 4 values each, side by side: a row of four is 16 columns. */
const quadTile: Tile = { r: 8, c: 4, down: 1, across: 4 };

/**
 * The entry point for devices in software whose subgroups are four threads: there a thread is a lane of a vector, a barrier is dear, and so is
 * reading, one lane at a time within bounds. The four read four values of a row of a at once, and hand them to each other.
 */
function quads({ r, c }: Tile, store: string, follow: string): string {
  const pairs = indices(r).flatMap((i) => indices(c).map((j) => [i, j] as const));
  const four = indices(4);
  return `
@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
${head(r, 4 * c)}
  let last = end - 1u;
  ${indices(r)
    .map((i) => `let r${i} = rowOf(min(row0 + ${i}u, m - 1u));`)
    .join('\n  ')}
  ${indices(c)
    .map((j) => `let c${j} = bColumn(min(column0 + lane + ${4 * j}u, op.n - 1u));`)
    .join('\n  ')}
  ${pairs.map(([i, j]) => `var s${i}_${j} = 0.0;`).join(' ')}
  for (var l = group.z * share; l < end; l += 4u) {
    // Beyond the sum's end a is 0, and b is read again: there might lie what is no number.
    let real = l + lane < end;
    let depth = depthOf(min(l + lane, last));
    ${four.map((q) => `let l${q} = bRow(min(l + ${q}u, last));`).join('\n    ')}
    ${indices(c)
      .map((j) => four.map((q) => `let b${j}_${q} = b(l${q} + c${j});`).join(' '))
      .join('\n    ')}
    ${indices(r)
      .map(
        (i) => `{
      let a = select(0.0, a(r${i}, depth), real);
      ${four.map((q) => `let a${q} = subgroupBroadcast(a, ${q}u);`).join(' ')}
      ${indices(c)
        .map((j) => `s${i}_${j} = ${four.reduce((sum, q) => `fma(a${q}, b${j}_${q}, ${sum})`, `s${i}_${j}`)};`)
        .join('\n      ')}
    }`,
      )
      .join('\n    ')}
  }
  // In a loop: written out as often as there are sums it would take long to compile.
  var sums = array<f32, ${r * c}>(${pairs.map(([i, j]) => `s${i}_${j}`).join(', ')});
  for (var e = 0u; e < ${r * c}u; e++) {
    let row = row0 + e / ${c}u;
    let column = column0 + lane + e % ${c}u * 4u;
    if ((row < m) & (column < op.n)) {
      let i = row * op.n + column;
      let value = sums[e];
      ${store}
      ${follow}
    }
  }
}`;
}

/** The entry point for graphics devices: tiles of both operands go through workgroup memory. */
function tiled(p: Product, tile: Tile, store: string, follow: string): string {
  const { r, c, down, across } = tile;
  const pairs = indices(r).flatMap((i) => indices(c).map((j) => [i, j] as const));
  const [height, width] = [down * r, across * c];
  const load = (along: 'depth' | 'across', tile: number) =>
    along === 'depth'
      ? `let l = e % ${depth}u; let across = e / ${depth}u;`
      : `let across = e % ${tile}u; let l = e / ${tile}u;`;
  return `
var<workgroup> tileA: array<f32, ${depth * height}>;
var<workgroup> tileB: array<f32, ${depth * width}>;
@compute @workgroup_size(${across}, ${down})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
${head(height, width)}
  ${pairs.map(([i, j]) => `var s${i}_${j} = 0.0;`).join(' ')}
  for (var l0 = group.z * share; l0 < end; l0 += ${depth}u) {
    for (var e = thread; e < ${depth * height}u; e += ${across * down}u) {
      ${load(p.aAlong === 'depth' ? 'depth' : 'across', height)}
      var value = 0.0;
      if ((row0 + across < m) & (l0 + l < end)) { value = a(rowOf(row0 + across), depthOf(l0 + l)); }
      tileA[l * ${height}u + across] = value;
    }
    for (var e = thread; e < ${depth * width}u; e += ${across * down}u) {
      ${load(p.bAlong === 'depth' ? 'depth' : 'across', width)}
      var value = 0.0;
      if ((column0 + across < op.n) & (l0 + l < end)) { value = b(bRow(l0 + l) + bColumn(column0 + across)); }
      tileB[l * ${width}u + across] = value;
    }
    workgroupBarrier();
    for (var l = 0u; l < ${depth}u; l++) {
      ${indices(r)
        .map((i) => `let a${i} = tileA[l * ${height}u + local.y * ${r}u + ${i}u];`)
        .join(' ')}
      ${indices(c)
        .map((j) => `let b${j} = tileB[l * ${width}u + local.x + ${across * j}u];`)
        .join(' ')}
      ${pairs.map(([i, j]) => `s${i}_${j} = fma(a${i}, b${j}, s${i}_${j});`).join(' ')}
    }
    workgroupBarrier();
  }
${tail(tile, store, follow)}
}`;
}
