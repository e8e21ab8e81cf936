import type { Dim, Ref } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import { each, forEach, spread, type Kernel } from '../shader.ts';

/**
 * c = a · b, tile by tile. Matrix products and all three convolutions are this with other ways to read a and
 * b. Versions: 64 threads with 1 to 64 values each; the largest tile that still gives the device enough workgroups is taken,
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
  /** Finding an operand's place takes a multiplication or two, so that it may be read again. */
  readonly simple: boolean;
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
const extent = (dim: Dim, name: string): string => (dim.perRow ? `op.${name} * now.rows` : `op.${name}`);

export function product(p: Product, context: Context): Kernel[] {
  const m = at(p.m, context.maxRows);
  const k = at(p.k, context.maxRows);
  const isDirect = context.direct && p.simple;
  const tile = (isDirect ? directTile : squareTile)(m, p.n, context.busy);
  const tiles = (rows: number) => tilesOf(at(p.m, rows), p.n, tile);
  const splits = Math.max(1, Math.min(Math.ceil(context.busy / tiles(context.maxRows)), Math.floor(k / shortest)));
  const partial = context.floats(splits > 1 ? splits * m * p.n : 0);
  const { follow } = p;
  const finish = (value: string) =>
    [value, ...(p.bias ? ['load_bias(i % op.n)'] : []), ...(p.accumulate ? ['load_out(i)'] : [])].join(' + ');
  const outputs = { out: p.out, ...(p.bias ? { bias: p.bias } : {}), ...follow?.refs };
  const declarations = follow?.declarations ?? '';
  const f32 = follow?.f32 ? { f32: follow.f32 } : {};
  const kernel: Kernel = {
    name: p.name,
    refs: { ...p.refs, ...(splits > 1 ? { partial } : outputs) },
    u32: { ...p.u32, m: p.m.size, n: p.n, k: p.k.size, splits, ...(splits > 1 ? {} : follow?.u32) },
    ...(splits > 1 ? {} : f32),
    body: `${p.operands}
${splits > 1 ? '' : declarations}
${(isDirect ? direct : tiled)(
  p,
  tile,
  splits > 1 ? 'store_partial(group.z * m * op.n + i, value);' : `store_out(i, ${finish('value')});`,
  splits > 1 ? '' : (follow?.write('load_out(i)') ?? ''),
)}`,
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
    refs: { partial, ...outputs },
    u32: { m: p.m.size, n: p.n, splits, ...follow?.u32 },
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

/** The least power of 2 that is no less than a number. */
const powerFor = (length: number): number => 2 ** Math.ceil(Math.log2(length));

/** In software neighbours need not lie side by side, and a value of a is best read by one thread alone: as many columns each as there are, up to 8. */
function directTile(m: number, n: number, busy: number): Tile {
  const c = Math.min(8, powerFor(n));
  const across = Math.min(8, powerFor(n / c));
  const shape = (r: number) => ({ r, c, down: Math.min(64 / across, powerFor(m)), across });
  return [8, 4, 2].map(shape).find((tile) => m >= tile.down * tile.r && tilesOf(m, n, tile) >= busy) ?? shape(1);
}

const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** What both entry points begin with: which tile this workgroup has, and which share of the sum. */
const head = (p: Product, height: number, width: number): string => `  let m = ${extent(p.m, 'm')};
  let k = ${extent(p.k, 'k')};
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
    if (row < m && column < op.n) {
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

/** The entry point for devices in software: a barrier costs them more than reading a value again. */
function direct(p: Product, tile: Tile, store: string, follow: string): string {
  const { r, c, down, across } = tile;
  const pairs = indices(r).flatMap((i) => indices(c).map((j) => [i, j] as const));
  return `
@compute @workgroup_size(${across}, ${down})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
${head(p, down * r, across * c)}
  ${indices(r)
    .map((i) => `let r${i} = min(row0 + local.y * ${r}u + ${i}u, m - 1u);`)
    .join(' ')}
  ${indices(c)
    .map((j) => `let c${j} = min(column0 + local.x + ${across * j}u, op.n - 1u);`)
    .join(' ')}
  ${pairs.map(([i, j]) => `var s${i}_${j} = 0.0;`).join(' ')}
  for (var l = group.z * share; l < end; l++) {
    ${indices(r)
      .map((i) => `let a${i} = a(r${i}, l);`)
      .join(' ')}
    ${indices(c)
      .map((j) => `let b${j} = b(l, c${j});`)
      .join(' ')}
    ${pairs.map(([i, j]) => `s${i}_${j} = fma(a${i}, b${j}, s${i}_${j});`).join(' ')}
  }
${tail(tile, store, follow)}
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
${head(p, height, width)}
  ${pairs.map(([i, j]) => `var s${i}_${j} = 0.0;`).join(' ')}
  for (var l0 = group.z * share; l0 < end; l0 += ${depth}u) {
    for (var e = thread; e < ${depth * height}u; e += ${across * down}u) {
      ${load(p.aAlong === 'depth' ? 'depth' : 'across', height)}
      var value = 0.0;
      if (row0 + across < m && l0 + l < end) { value = a(row0 + across, l0 + l); }
      tileA[l * ${height}u + across] = value;
    }
    for (var e = thread; e < ${depth * width}u; e += ${across * down}u) {
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
        .map((j) => `let b${j} = tileB[l * ${width}u + local.x + ${across * j}u];`)
        .join(' ')}
      ${pairs.map(([i, j]) => `s${i}_${j} = fma(a${i}, b${j}, s${i}_${j});`).join(' ')}
    }
    workgroupBarrier();
  }
${tail(tile, store, follow)}
}`;
}
