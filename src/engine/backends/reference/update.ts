import type { Op } from '../../plan/plan.ts';
import type { Memory } from './memory.ts';

export function norms(memory: Memory, op: Extract<Op, { op: 'norms' }>): void {
  const { parameters, gradients } = memory.arenas;
  const { counters } = memory;
  for (const [index, segment] of op.segments.entries()) {
    let gradientSquares = 0;
    let weightSquares = 0;
    let magnitudes = 0;
    for (let i = segment.offset; i < segment.offset + segment.size; i++) {
      const w = parameters[i]!;
      const g = (gradients[i]! += segment.l1 * Math.sign(w) + 2 * segment.l2 * w);
      // What float32 cannot hold is the end on every backend.
      if (!Number.isFinite(Math.fround(g))) counters.badSegment ??= index;
      gradientSquares += g * g;
      weightSquares += w * w;
      magnitudes += Math.abs(w);
    }
    counters.gradientSquares[index] = gradientSquares;
    counters.weightSquares[index] = weightSquares;
    counters.penalty += segment.l1 * magnitudes + segment.l2 * weightSquares;
  }
}

/** Formulas as PyTorch's torch.optim. */
export function update(memory: Memory, op: Extract<Op, { op: 'update' }>): void {
  const { counters, row } = memory;
  if (counters.badSegment !== undefined) return;
  const { parameters, gradients, slots } = memory.arenas;
  const { optimizer: o } = op;
  const { learningRate: rate, correction1, correction2 } = row;
  const first = (i: number) => i;
  const second = (i: number) => i + parameters.length;
  let scale = 1;
  if (o.clipNorm > 0) {
    const norm = Math.sqrt(counters.gradientSquares.reduce((sum, squares) => sum + squares, 0));
    scale = Math.min(1, o.clipNorm / (norm + 1e-6));
  }
  for (const [index, segment] of op.segments.entries()) {
    let updateSquares = 0;
    const decay = segment.decay ? o.weightDecay : 0;
    for (let i = segment.offset; i < segment.offset + segment.size; i++) {
      const w = parameters[i]!;
      const decoupled = o.name === 'adamw';
      const g = gradients[i]! * scale + (decoupled ? 0 : decay * w);
      let delta: number;
      switch (o.name) {
        case 'sgd': {
          if (o.momentum === 0) delta = -rate * g;
          else {
            const velocity = (slots[first(i)] = o.momentum * slots[first(i)]! + g);
            delta = -rate * (o.nesterov ? g + o.momentum * velocity : velocity);
          }
          break;
        }
        case 'adam':
        case 'adamw': {
          const mean = (slots[first(i)] = o.beta1 * slots[first(i)]! + (1 - o.beta1) * g);
          const square = (slots[second(i)] = o.beta2 * slots[second(i)]! + (1 - o.beta2) * g * g);
          delta = (-rate * (mean / correction1)) / (Math.sqrt(square / correction2) + o.epsilon);
          if (decoupled) delta -= rate * decay * w;
          break;
        }
        case 'rmsprop': {
          const square = (slots[first(i)] = o.rho * slots[first(i)]! + (1 - o.rho) * g * g);
          const step = g / (Math.sqrt(square) + o.epsilon);
          delta = -rate * (o.momentum === 0 ? step : (slots[second(i)] = o.momentum * slots[second(i)]! + step));
          break;
        }
        case 'adagrad': {
          const square = (slots[first(i)] = slots[first(i)]! + g * g);
          delta = (-rate * g) / (Math.sqrt(square) + o.epsilon);
          break;
        }
      }
      const next = w + delta;
      if (!Number.isFinite(Math.fround(next))) {
        counters.badSegment ??= index;
        continue;
      }
      parameters[i] = next;
      updateSquares += delta * delta;
    }
    counters.updateSquares[index] = updateSquares;
  }
}
