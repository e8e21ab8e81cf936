import type { Geometry, Op, OpName } from '../../../plan/plan.ts';
import { each, forEach, type Kernel } from '../shader.ts';
import { windowOf } from './conv.ts';

type Of<N extends OpName> = Extract<Op, { op: N }>;

/** The part of output pixel (oy, ox)'s window that lies inside the picture: [top, bottom) × [left, right). */
const windows = `
struct Window { top: u32, bottom: u32, left: u32, right: u32 }
fn windowAt(oy: u32, ox: u32) -> Window {
  let y = i32(oy * op.strideY) - i32(op.padTop);
  let x = i32(ox * op.strideX) - i32(op.padLeft);
  return Window(
    u32(max(y, 0)),
    u32(clamp(y + i32(op.kernelHeight), 0, i32(op.height))),
    u32(max(x, 0)),
    u32(clamp(x + i32(op.kernelWidth), 0, i32(op.width))),
  );
}
fn inputIndex(batch: u32, y: u32, x: u32, channel: u32) -> u32 {
  return ((batch * op.height + y) * op.width + x) * op.channels + channel;
}
fn taps(w: Window) -> f32 { return f32((w.bottom - w.top) * (w.right - w.left)); }`;

const eachTap = (body: string) => `for (var y = w.top; y < w.bottom; y++) {
    for (var x = w.left; x < w.right; x++) {
      ${body}
    }
  }`;

export const pool = ({ kind, x, y, geometry: g }: Of<'pool'>): Kernel[] => {
  const count = g.outHeight * g.outWidth * g.channels;
  const [initial, step, last] = {
    max: ['-3.4e38', 'if (!(value <= result)) { result = value; }', 'result'],
    mean: ['0.0', 'result += value;', 'result / taps(w)'],
    sum: ['0.0', 'result += value;', 'result'],
  }[kind] as [string, string, string];
  return [
    {
      name: `pool ${kind}`,
      refs: { x, y },
      u32: windowOf(g),
      body: `${windows}
${forEach(
  'now.rows * op.outHeight * op.outWidth * op.channels',
  `let pixel = i / op.channels;
  let batch = pixel / (op.outWidth * op.outHeight);
  let w = windowAt(pixel / op.outWidth % op.outHeight, pixel % op.outWidth);
  var result = ${initial};
  ${eachTap(`let value = load_x(inputIndex(batch, y, x, i % op.channels));
      ${step}`)}
  store_y(i, ${last});`,
)}`,
      ...each((rows) => rows * count, g.kernelHeight * g.kernelWidth),
    },
  ];
};

/** Windows side by side from the picture's corner on, as nearly all are: no value lies in two. */
const liesApart = (g: Geometry): boolean =>
  g.strideY === g.kernelHeight && g.strideX === g.kernelWidth && g.padTop === 0 && g.padLeft === 0;

/** A thread for each window, and for each place left over at the picture's end: four times as fast for 2 × 2 as a thread for each input value. */
function poolBackApart({ kind, x, dy, dx, accumulate, geometry: g }: Of<'pool_back'>): Kernel {
  const cells = { cellsDown: Math.ceil(g.height / g.strideY), cellsAcross: Math.ceil(g.width / g.strideX) };
  const share = { max: 'select(0.0, gradient, at == best)', mean: 'gradient / taps(w)', sum: 'gradient' }[kind];
  return {
    name: `pool_back ${kind} apart`,
    refs: { x, dy, dx },
    u32: { ...windowOf(g), ...cells },
    body: `${windows}
${forEach(
  'now.rows * op.cellsDown * op.cellsAcross * op.channels',
  `let channel = i % op.channels;
  let cell = i / op.channels;
  let batch = cell / (op.cellsAcross * op.cellsDown);
  let oy = cell / op.cellsAcross % op.cellsDown;
  let ox = cell % op.cellsAcross;
  let w = windowAt(oy, ox);
  let pooled = (oy < op.outHeight) & (ox < op.outWidth);
  let window = ((batch * op.outHeight + oy) * op.outWidth + ox) * op.channels + channel;
  let gradient = select(0.0, load_dy(select(0u, window, pooled)), pooled);
  ${
    kind === 'max'
      ? `var best = inputIndex(batch, w.top, w.left, channel);
  var largest = load_x(best);
  ${eachTap(`let at = inputIndex(batch, y, x, channel);
      let value = load_x(at);
      best = select(best, at, value > largest);
      largest = max(largest, value);`)}`
      : ''
  }
  ${eachTap(`let at = inputIndex(batch, y, x, channel);
      store_dx(at, ${accumulate ? 'load_dx(at) + ' : ''}${share});`)}`,
)}`,
    ...each((rows) => rows * cells.cellsDown * cells.cellsAcross * g.channels, 2 * g.kernelHeight * g.kernelWidth),
  };
}

/** Each input value gathers from the windows it lies in, so that nothing is written by two threads. */
export const poolBack = (op: Of<'pool_back'>): Kernel[] => {
  const { kind, x, dy, dx, accumulate, geometry: g } = op;
  if (liesApart(g)) return [poolBackApart(op)];
  const count = g.height * g.width * g.channels;
  const share = {
    // The first maximum of the window, found again: nothing is kept from the forward pass.
    max: `var best = inputIndex(batch, w.top, w.left, channel);
      var largest = load_x(best);
      ${eachTap(`let at = inputIndex(batch, y, x, channel);
        let value = load_x(at);
        if (value > largest) { largest = value; best = at; }`)}
      if (best == i) { sum += load_dy(window); }`,
    mean: 'sum += load_dy(window) / taps(w);',
    sum: 'sum += load_dy(window);',
  }[kind];
  return [
    {
      name: `pool_back ${kind}`,
      refs: { x, dy, dx },
      u32: windowOf(g),
      body: `${windows}
/** Output positions whose windows hold position \`at\`: [first, last). */
fn holders(at: u32, kernel: u32, stride: u32, pad: u32, count: u32) -> vec2u {
  let last = min((at + pad) / stride + 1u, count);
  let first = select((at + pad - kernel) / stride + 1u, 0u, at + pad < kernel);
  return vec2u(first, last);
}
${forEach(
  'now.rows * op.height * op.width * op.channels',
  `let channel = i % op.channels;
  let pixel = i / op.channels;
  let batch = pixel / (op.width * op.height);
  let rowsOf = holders(pixel / op.width % op.height, op.kernelHeight, op.strideY, op.padTop, op.outHeight);
  let columnsOf = holders(pixel % op.width, op.kernelWidth, op.strideX, op.padLeft, op.outWidth);
  var sum = 0.0;
  for (var oy = rowsOf.x; oy < rowsOf.y; oy++) {
    for (var ox = columnsOf.x; ox < columnsOf.y; ox++) {
      let w = windowAt(oy, ox);
      let window = ((batch * op.outHeight + oy) * op.outWidth + ox) * op.channels + channel;
      ${share}
    }
  }
  store_dx(i, ${accumulate ? 'load_dx(i) + ' : ''}sum);`,
)}`,
      ...each((rows) => rows * count, (g.kernelHeight * g.kernelWidth) ** 2),
    },
  ];
};
