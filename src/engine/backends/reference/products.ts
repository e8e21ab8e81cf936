import type { Geometry, Op } from '../../plan/plan.ts';
import { extent, view, type Memory } from './memory.ts';

type Of<N extends Op['op']> = Extract<Op, { op: N }>;

export function matmul(memory: Memory, op: Of<'matmul'>): void {
  const m = extent(memory, op.m);
  const k = extent(memory, op.k);
  const [a, b, c] = [view(memory, op.a), view(memory, op.b), view(memory, op.c, m * op.n)];
  const bias = op.epilogue && view(memory, op.epilogue.bias);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < op.n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) {
        sum += a[i * op.aStrides[0] + l * op.aStrides[1]]! * b[l * op.bStrides[0] + j * op.bStrides[1]]!;
      }
      const at = i * op.n + j;
      c[at] = (op.accumulate ? c[at]! : 0) + sum + (bias ? bias[j]! : 0);
    }
  }
}

/** Calls `visit` for each pair of an output position and a kernel position that falls inside the picture. */
export function eachTap(
  g: Geometry,
  rows: number,
  visit: (outPixel: number, inPixel: number, tap: number) => void,
): void {
  for (let r = 0; r < rows; r++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        const outPixel = (r * g.outHeight + oy) * g.outWidth + ox;
        for (let ky = 0; ky < g.kernelHeight; ky++) {
          const y = oy * g.strideY + ky - g.padTop;
          if (y < 0 || y >= g.height) continue;
          for (let kx = 0; kx < g.kernelWidth; kx++) {
            const x = ox * g.strideX + kx - g.padLeft;
            if (x < 0 || x >= g.width) continue;
            visit(outPixel, (r * g.height + y) * g.width + x, ky * g.kernelWidth + kx);
          }
        }
      }
    }
  }
}

const inputSize = (g: Geometry) => g.height * g.width * g.channels;
const outputSize = (g: Geometry) => g.outHeight * g.outWidth * g.outChannels;
const kernelSize = (g: Geometry) => g.kernelHeight * g.kernelWidth * g.channels * g.outChannels;

export function conv(memory: Memory, op: Of<'conv'>): void {
  const { geometry: g } = op;
  const { rows } = memory.row;
  const [x, w, y] = [view(memory, op.x), view(memory, op.w), view(memory, op.y, rows * outputSize(g))];
  const bias = op.epilogue && view(memory, op.epilogue.bias);
  for (let i = 0; i < y.length; i++) y[i] = bias ? bias[i % g.outChannels]! : 0;
  eachTap(g, rows, (outPixel, inPixel, tap) => {
    for (let ci = 0; ci < g.channels; ci++) {
      for (let co = 0; co < g.outChannels; co++) {
        y[outPixel * g.outChannels + co]! +=
          x[inPixel * g.channels + ci]! * w[(tap * g.channels + ci) * g.outChannels + co]!;
      }
    }
  });
}

export function convInput(memory: Memory, op: Of<'conv_input'>): void {
  const { geometry: g } = op;
  const { rows } = memory.row;
  const [dy, w, dx] = [view(memory, op.dy), view(memory, op.w), view(memory, op.dx, rows * inputSize(g))];
  const bias = op.epilogue && view(memory, op.epilogue.bias);
  for (let i = 0; i < dx.length; i++) dx[i] = (op.accumulate ? dx[i]! : 0) + (bias ? bias[i % g.channels]! : 0);
  eachTap(g, rows, (outPixel, inPixel, tap) => {
    for (let ci = 0; ci < g.channels; ci++) {
      let sum = 0;
      for (let co = 0; co < g.outChannels; co++) {
        sum += dy[outPixel * g.outChannels + co]! * w[(tap * g.channels + ci) * g.outChannels + co]!;
      }
      dx[inPixel * g.channels + ci]! += sum;
    }
  });
}

export function convWeights(memory: Memory, op: Of<'conv_weights'>): void {
  const { geometry: g } = op;
  const [x, dy, dw] = [view(memory, op.x), view(memory, op.dy), view(memory, op.dw, kernelSize(g))];
  if (!op.accumulate) dw.fill(0);
  eachTap(g, memory.row.rows, (outPixel, inPixel, tap) => {
    for (let ci = 0; ci < g.channels; ci++) {
      for (let co = 0; co < g.outChannels; co++) {
        dw[(tap * g.channels + ci) * g.outChannels + co]! +=
          x[inPixel * g.channels + ci]! * dy[outPixel * g.outChannels + co]!;
      }
    }
  });
}

export function pool(memory: Memory, op: Of<'pool'>): void {
  const { geometry: g } = op;
  const { rows } = memory.row;
  const [x, y] = [view(memory, op.x), view(memory, op.y, rows * outputSize(g))];
  y.fill(op.kind === 'max' ? -Infinity : 0);
  const taps = op.kind === 'mean' ? countTaps(g, rows) : undefined;
  eachTap(g, rows, (outPixel, inPixel) => {
    for (let c = 0; c < g.channels; c++) {
      const value = x[inPixel * g.channels + c]!;
      const at = outPixel * g.channels + c;
      if (taps) y[at]! += value / taps[outPixel]!;
      else if (op.kind === 'sum') y[at]! += value;
      else if (!(value <= y[at]!)) y[at] = value;
    }
  });
}

export function poolBack(memory: Memory, op: Of<'pool_back'>): void {
  const { geometry: g } = op;
  const { rows } = memory.row;
  const [x, dy, dx] = [view(memory, op.x), view(memory, op.dy), view(memory, op.dx, rows * inputSize(g))];
  if (!op.accumulate) dx.fill(0);
  if (op.kind !== 'max') {
    const taps = op.kind === 'mean' ? countTaps(g, rows) : undefined;
    eachTap(g, rows, (outPixel, inPixel) => {
      for (let c = 0; c < g.channels; c++) {
        dx[inPixel * g.channels + c]! += dy[outPixel * g.channels + c]! / (taps?.[outPixel] ?? 1);
      }
    });
    return;
  }
  // The first maximum of each window, found again: nothing is kept from the forward pass.
  const best = new Int32Array(rows * outputSize(g)).fill(-1);
  eachTap(g, rows, (outPixel, inPixel) => {
    for (let c = 0; c < g.channels; c++) {
      const at = outPixel * g.channels + c;
      const from = inPixel * g.channels + c;
      if (best[at] === -1 || x[from]! > x[best[at]!]!) best[at] = from;
    }
  });
  for (let i = 0; i < best.length; i++) dx[best[i]!]! += dy[i]!;
}

function countTaps(g: Geometry, rows: number): Int32Array {
  const taps = new Int32Array(rows * g.outHeight * g.outWidth);
  eachTap(g, rows, (outPixel) => taps[outPixel]!++);
  return taps;
}
