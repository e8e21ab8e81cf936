import { activationRow, piecesOf, type Activation } from '../activations/index.ts';
import { sizeOf, unitsOf, type Emitter, type Shape, type Tensor } from '../layers/index.ts';
import { streamOf } from '../random.ts';
import type { Corruption } from '../spec/network.ts';
import type {
  Geometry,
  LossName,
  NoiseKind,
  ObservedLayer,
  Op,
  ParameterTensor,
  PoolKind,
  Ref,
  StateTensor,
} from './plan.ts';

/** A stretch of the activations' arena, `size` values a row; `allocate` decides where. */
export interface Buffer extends Ref {
  readonly arena: 'activations';
  offset: number;
  readonly size: number;
}

/** A buffer from some values into each group on; it moves with the buffer. */
class Part implements Ref {
  readonly arena = 'activations';

  constructor(
    readonly buffer: Buffer,
    private readonly start: number,
  ) {}

  get offset(): number {
    return this.buffer.offset + this.start;
  }
}

/** The buffer that a reference lies in, if it is one that `allocate` places. */
export const bufferOf = (value: unknown): unknown => (value instanceof Part ? value.buffer : value);

/** out (+)= input, whole rows. */
const whole = (input: Ref, out: Ref, size: number, accumulate: boolean): Op => ({
  ...{ op: 'combine', input, out, perRow: 1, columns: size, inputStride: size, outStride: size, scale: 1, accumulate },
});

interface Value extends Tensor {
  readonly buffer: Buffer;
  /** Whether a parameter lies upstream, so that a gradient is wanted. */
  readonly learns: boolean;
  /** The value whose gradient this one shares: itself, or what it is another shape of. */
  readonly root: Value;
  /** The output of a layer, which others may read again: never overwritten. */
  shared: boolean;
}

type BackwardStep = () => void;

/**
 * Collects a plan's operations while layers are walked in order. A layer says its forward pass; each operation remembers how to
 * emit its own backward pass, and `backward` calls them last to first. Training and evaluation are two walks.
 */
export class Builder implements Emitter {
  readonly forward: Op[] = [];
  readonly backwardOps: Op[] = [];
  readonly buffers = new Set<Buffer>();
  private readonly steps: BackwardStep[] = [];
  private readonly gradients = new Map<Value, Buffer>();
  private nextId = 0;
  private layer = { id: 'input' };
  /** The activation operation still to be emitted for the last layer, if the loss can be fused with it. */
  private pending: { activation: Activation; z: Value } | undefined;

  constructor(
    private readonly mode: 'train' | 'evaluate',
    private readonly parameters: readonly ParameterTensor[],
    private readonly state: readonly StateTensor[],
    private readonly observed: readonly ObservedLayer[],
    /** Fuse the last layer's activation with the loss. */
    private readonly fuse: { layer: string; fused: 'sigmoid' | 'softmax' | 'none' },
    /** Shown each layer's weighted sums and outputs as soon as they are there, to `copy` them before they are overwritten. */
    private readonly tap?: (layer: string, at: 'z' | 'a', value: Tensor) => void,
  ) {}

  begin(layer: { id: string }): void {
    this.layer = layer;
  }

  /** Marks a layer's output as something others may read. */
  finish(tensor: Tensor): void {
    (tensor as Value).shared = true;
    this.tap?.(this.layer.id, 'a', tensor);
  }

  /** A buffer that no operation of the network writes. */
  output(size: number): Ref {
    return this.buffer(size);
  }

  /** Copies a value into each row of such a buffer, which holds `stride` values a row, from `start` on. */
  copy(value: Tensor, out: Ref, start: number, stride: number): void {
    const { buffer, size } = value as Value;
    this.forward.push({
      ...{ op: 'combine', input: buffer, out: new Part(out as Buffer, start), perRow: 1, columns: size },
      ...{ inputStride: size, outStride: stride, scale: 1, accumulate: false },
    });
  }

  input(source: Ref, shape: Shape, corrupt?: Corruption): Tensor {
    const value = this.value(shape, false);
    this.forward.push({ op: 'gather', source, out: value.buffer, width: value.size });
    value.shared = true;
    return corrupt ? this.noise(value, corrupt.kind, corrupt.amount) : value;
  }

  matmul(x: Tensor, units: number, bias: boolean): Tensor {
    const input = x as Value;
    const weights = this.parameter('weights');
    const added = bias ? this.parameter('bias') : undefined;
    const out = this.value([units], true);
    const n = input.size;
    this.forward.push({
      op: 'matmul',
      a: input.buffer,
      aStrides: [n, 1],
      b: weights.value,
      bStrides: [units, 1],
      c: out.buffer,
      m: { size: 1, perRow: true },
      n: units,
      k: { size: n, perRow: false },
      accumulate: false,
      ...(added ? { epilogue: { bias: added.value } } : {}),
    });
    this.onBackward(() => {
      const dz = this.gradientOf(out);
      this.backwardOps.push({
        op: 'matmul',
        a: input.buffer,
        aStrides: [1, n],
        b: dz,
        bStrides: [units, 1],
        c: weights.gradient,
        m: { size: n, perRow: false },
        n: units,
        k: { size: 1, perRow: true },
        accumulate: false,
      });
      if (added) this.backwardOps.push({ op: 'reduce', input: dz, out: added.gradient, perRow: 1, columns: units });
      this.contribute(input, (dx, accumulate) => ({
        op: 'matmul',
        a: dz,
        aStrides: [units, 1],
        b: weights.value,
        bStrides: [1, units],
        c: dx,
        m: { size: 1, perRow: true },
        n,
        k: { size: units, perRow: false },
        accumulate,
      }));
    });
    return out;
  }

  conv(x: Tensor, geometry: Geometry, bias: boolean): Tensor {
    const input = x as Value;
    const weights = this.parameter('weights');
    const added = bias ? this.parameter('bias') : undefined;
    const out = this.value([geometry.outHeight, geometry.outWidth, geometry.outChannels], true);
    this.forward.push({
      op: 'conv',
      x: input.buffer,
      w: weights.value,
      y: out.buffer,
      geometry,
      ...(added ? { epilogue: { bias: added.value } } : {}),
    });
    this.onBackward(() => {
      const dy = this.gradientOf(out);
      this.backwardOps.push({
        op: 'conv_weights',
        x: input.buffer,
        dy,
        dw: weights.gradient,
        geometry,
        accumulate: false,
      });
      if (added) {
        const perRow = geometry.outHeight * geometry.outWidth;
        this.backwardOps.push({ op: 'reduce', input: dy, out: added.gradient, perRow, columns: geometry.outChannels });
      }
      this.contribute(input, (dx, accumulate) => ({
        op: 'conv_input',
        dy,
        w: weights.value,
        dx,
        geometry,
        accumulate,
      }));
    });
    return out;
  }

  pool(x: Tensor, kind: PoolKind, geometry: Geometry): Tensor {
    const input = x as Value;
    const out = this.value([geometry.outHeight, geometry.outWidth, geometry.outChannels], input.learns);
    this.forward.push({ op: 'pool', kind, x: input.buffer, y: out.buffer, geometry });
    this.onBackward(() => {
      this.contribute(input, (dx, accumulate) => ({
        op: 'pool_back',
        kind,
        x: input.buffer,
        dy: this.gradientOf(out),
        dx,
        geometry,
        accumulate,
      }));
    });
    return out;
  }

  activate(z: Tensor, activation: Activation, activityL1: number): Tensor {
    const input = z as Value;
    this.tap?.(this.layer.id, 'z', z);
    const row = activationRow(activation.name);
    if (row.kind === 'pieces') return this.maxout(input, piecesOf(activation), activityL1);
    const fused = this.layer.id === this.fuse.layer && this.fuse.fused !== 'none';
    if (fused && this.mode === 'train') {
      // The loss takes z and gives its gradient: nothing to run here.
      return input;
    }
    const identity = activation.name === 'linear' && activityL1 === 0;
    if (identity) {
      this.observe(input, input);
      return input;
    }
    const { inactive, saturation } = row;
    const needsInput =
      this.mode === 'train'
        ? row.backwardFrom === 'input'
        : fused || inactive === 'negative' || saturation !== undefined;
    const inPlace = !input.shared && !needsInput;
    const slope = activation.name === 'prelu' ? this.parameter('slope') : undefined;
    const learns = input.learns || slope !== undefined;
    const out = this.value(input.shape, learns, inPlace ? input.buffer : undefined);
    const columns = unitsOf(input.shape);
    const learned = slope ? { slope: slope.value } : {};
    this.forward.push({
      ...{ op: 'activate', activation, z: input.buffer, a: out.buffer },
      ...{ width: input.size, columns, ...learned },
    });
    this.observe(input, out);
    if (fused) this.pending = { activation, z: input };
    this.onBackward(() => {
      // Nothing to learn here, nor upstream: an activation of the network's input.
      if (!out.learns) return;
      const da = this.gradientOf(out);
      const op = {
        op: 'activate_back',
        activation,
        from: row.backwardFrom === 'output' ? out.buffer : input.buffer,
        a: out.buffer,
        da,
        width: input.size,
        columns,
        activityL1,
        ...learned,
        ...(slope ? { slopeTerms: this.buffer(input.size) } : {}),
      } as const;
      if (!input.learns) {
        // Only the slopes learn.
        this.backwardOps.push({ ...op, dz: this.buffer(input.size), accumulate: false });
      } else if (input.shared) {
        this.contribute(input, (dz, accumulate) => ({ ...op, dz, accumulate }));
      } else {
        // z has no other reader, so its gradient takes the place of a's.
        this.gradients.set(input.root, da);
        this.backwardOps.push({ ...op, dz: da, accumulate: false });
      }
      if (slope && op.slopeTerms) {
        const perRow = input.size / columns;
        this.backwardOps.push({ op: 'reduce', input: op.slopeTerms, out: slope.gradient, perRow, columns });
      }
    });
    return out;
  }

  /** The largest of each `pieces` neighbours of the last axis: a pool that slides along it. The first of equals wins. */
  private maxout(z: Value, pieces: number, activityL1: number): Tensor {
    const width = unitsOf(z.shape);
    const [positions, units] = [z.size / width, width / pieces];
    const geometry: Geometry = {
      ...{ height: positions, width, channels: 1, outHeight: positions, outWidth: units, outChannels: 1 },
      ...{ kernelHeight: 1, kernelWidth: pieces, strideY: 1, strideX: pieces, padTop: 0, padLeft: 0 },
    };
    const pooled = this.pool(z, 'max', geometry);
    if (this.mode === 'evaluate') this.observePieces(z, pooled as Value, geometry);
    const largest = this.reshape(pooled, [...z.shape.slice(0, -1), units]) as Value;
    largest.shared = false;
    return this.activate(largest, { name: 'linear', parameters: {} }, activityL1);
  }

  /** Marks the piece that wins with 1, as the gradient of a maximum does: a softmax over one value is 1. */
  private observePieces(z: Value, pooled: Value, geometry: Geometry): void {
    const layer = this.observed.findIndex((watched) => watched.layer === this.layer.id && watched.pieces);
    if (layer < 0) return;
    const [ones, wins] = [this.buffer(pooled.size), this.buffer(z.size)];
    const softmax = { name: 'softmax', parameters: {} };
    this.forward.push(
      { op: 'activate', activation: softmax, z: pooled.buffer, a: ones, width: pooled.size, columns: 1 },
      { op: 'pool_back', kind: 'max', x: z.buffer, dy: ones, dx: wins, geometry, accumulate: false },
      { op: 'observe', layer, z: wins, a: wins },
    );
  }

  noise(x: Tensor, kind: NoiseKind, amount: number): Tensor {
    const input = x as Value;
    if (this.mode === 'evaluate' || amount === 0) return input;
    const out = this.value(input.shape, input.learns);
    const stream = streamOf(`${this.layer.id}.noise`);
    const noise = (from: Ref, to: Ref): Op => ({
      op: 'noise',
      kind,
      input: from,
      out: to,
      width: input.size,
      amount,
      stream,
    });
    this.forward.push(noise(input.buffer, out.buffer));
    this.onBackward(() => {
      if (!input.learns) return;
      const dy = this.gradientOf(out);
      if (kind !== 'gaussian') this.backwardOps.push(noise(dy, dy));
      this.addGradient(input, dy);
    });
    return out;
  }

  convTranspose(x: Tensor, geometry: Geometry, bias: boolean): Tensor {
    const input = x as Value;
    const weights = this.parameter('weights');
    const added = bias ? this.parameter('bias') : undefined;
    const out = this.value([geometry.height, geometry.width, geometry.channels], true);
    this.forward.push({
      ...{ op: 'conv_input', dy: input.buffer, w: weights.value, dx: out.buffer, geometry, accumulate: false },
      ...(added ? { epilogue: { bias: added.value } } : {}),
    });
    this.onBackward(() => {
      const dz = this.gradientOf(out);
      this.backwardOps.push({
        ...{ op: 'conv_weights', x: dz, dy: input.buffer, dw: weights.gradient, geometry, accumulate: false },
      });
      if (added) {
        const perRow = geometry.height * geometry.width;
        this.backwardOps.push({ op: 'reduce', input: dz, out: added.gradient, perRow, columns: geometry.channels });
      }
      if (!input.learns) return;
      const dx = this.buffer(input.size);
      this.backwardOps.push({ op: 'conv', x: dz, w: weights.value, y: dx, geometry });
      this.addGradient(input, dx);
    });
    return out;
  }

  spread(x: Tensor, geometry: Geometry): Tensor {
    const input = x as Value;
    const out = this.value([geometry.height, geometry.width, geometry.channels], input.learns);
    const from = input.buffer;
    this.forward.push({ op: 'pool_back', kind: 'sum', x: from, dy: from, dx: out.buffer, geometry, accumulate: false });
    this.onBackward(() => {
      if (!input.learns) return;
      const dx = this.buffer(input.size);
      this.backwardOps.push({ op: 'pool', kind: 'sum', x: this.gradientOf(out), y: dx, geometry });
      this.addGradient(input, dx);
    });
    return out;
  }

  normalize(x: Tensor, epsilon: number, momentum?: number): Tensor {
    const input = x as Value;
    const [gamma, beta] = [this.parameter('gamma'), this.parameter('beta')];
    const columns = unitsOf(input.shape);
    const perRow = input.size / columns;
    const out = this.value(input.shape, true);
    const common = { x: input.buffer, y: out.buffer, gamma: gamma.value, beta: beta.value, perRow, columns, epsilon };
    const running =
      momentum === undefined ? undefined : { mean: this.stateOf('mean'), variance: this.stateOf('variance') };
    if (running && this.mode === 'evaluate') {
      this.forward.push({ op: 'normalize_running', ...common, ...running });
      return out;
    }
    const kind = running ? 'batch' : 'layer';
    const saved = this.buffer(2 * (running ? columns : perRow));
    const moving = running && momentum !== undefined ? { running: { ...running, momentum } } : {};
    this.forward.push({ op: 'normalize', kind, ...common, saved, ...moving });
    this.onBackward(() => {
      const dy = this.gradientOf(out);
      // The gradients of gamma and beta are wanted even where nobody asks for that of x.
      const present = input.learns ? this.gradients.get(input.root) : undefined;
      const dx = present ?? this.buffer(input.size);
      if (input.learns) this.gradients.set(input.root, dx);
      this.backwardOps.push({
        ...{ op: 'normalize_back', kind, x: input.buffer, dy, dx, gamma: gamma.value, saved, perRow, columns },
        ...{ dgamma: gamma.gradient, dbeta: beta.gradient, accumulate: present !== undefined },
      });
    });
    return out;
  }

  add(inputs: readonly Tensor[]): Tensor {
    const [first] = inputs as readonly Value[];
    const out = this.value(
      first!.shape,
      inputs.some((input) => (input as Value).learns),
    );
    for (const [index, input] of (inputs as readonly Value[]).entries()) {
      this.forward.push(whole(input.buffer, out.buffer, out.size, index > 0));
    }
    this.onBackward(() => {
      if (!out.learns) return;
      const dy = this.gradientOf(out);
      for (const input of inputs as readonly Value[]) {
        this.contribute(input, (dx, accumulate) => whole(dy, dx, out.size, accumulate));
      }
    });
    return out;
  }

  concat(inputs: readonly Tensor[], shape: Shape): Tensor {
    const out = this.value(
      shape,
      inputs.some((input) => (input as Value).learns),
    );
    const outStride = unitsOf(shape);
    const perRow = out.size / outStride;
    let start = 0;
    for (const input of inputs as readonly Value[]) {
      const columns = unitsOf(input.shape);
      const from = start;
      const part = (buffer: Buffer) => new Part(buffer, from);
      const strides = { perRow, columns, scale: 1 };
      this.forward.push({
        ...{ op: 'combine', input: input.buffer, out: part(out.buffer), inputStride: columns, outStride },
        ...{ ...strides, accumulate: false },
      });
      this.onBackward(() => {
        if (!out.learns) return;
        const dy = part(this.gradientOf(out));
        this.contribute(input, (dx, accumulate) => ({
          ...{ op: 'combine', input: dy, out: dx, inputStride: outStride, outStride: columns },
          ...{ ...strides, accumulate },
        }));
      });
      start += columns;
    }
    return out;
  }

  reshape(x: Tensor, shape: Shape): Tensor {
    const input = x as Value;
    return { ...input, id: this.nextId++, shape, root: input.root, shared: true } as Value;
  }

  /** Ends the forward pass; `target` holds class indices or numbers. Returns the prediction's buffer. */
  loss(output: Tensor, name: LossName, target: Tensor, classes: boolean): Ref {
    const value = output as Value;
    const fused = this.fuse.fused;
    const prediction = fused === 'none' ? value : (this.pending?.z ?? value);
    const gradient = this.mode === 'train' ? this.buffer(prediction.size) : undefined;
    if (gradient) this.gradients.set(prediction.root, gradient);
    this.forward.push({
      op: 'loss',
      loss: name,
      fused,
      prediction: prediction.buffer,
      target: (target as Value).buffer,
      gradient,
      width: prediction.size,
      classes,
    });
    return value.buffer;
  }

  /** Emits the backward pass, last operation first. */
  backward(): void {
    for (const step of this.steps.reverse()) step();
  }

  private onBackward(step: BackwardStep): void {
    if (this.mode === 'train') this.steps.push(step);
  }

  private value(shape: Shape, learns: boolean, buffer?: Buffer): Value {
    const size = sizeOf(shape);
    const value = {
      id: this.nextId++,
      shape,
      size,
      buffer: buffer ?? this.buffer(size),
      learns,
      shared: false,
    } as Value & { root: Value };
    value.root = value;
    return value;
  }

  private buffer(size: number): Buffer {
    const buffer: Buffer = { arena: 'activations', offset: -1, size };
    this.buffers.add(buffer);
    return buffer;
  }

  private parameter(role: ParameterTensor['role']): { value: Ref; gradient: Ref } {
    const found = this.parameters.find((tensor) => tensor.layer === this.layer.id && tensor.role === role);
    if (!found) throw new Error(`Layer "${this.layer.id}" has no ${role}.`);
    return {
      value: { arena: 'parameters', offset: found.offset },
      gradient: { arena: 'gradients', offset: found.offset },
    };
  }

  private stateOf(role: string): Ref {
    const name = `${this.layer.id}.${role}`;
    const found = this.state.find((tensor) => tensor.name === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return { arena: 'state', offset: found.offset };
  }

  private observe(z: Value, a: Value): void {
    const layer = this.observed.findIndex((watched) => watched.layer === this.layer.id);
    if (layer < 0 || (this.mode === 'train' && this.observed[layer]!.inactive === 'never')) return;
    this.forward.push({ op: 'observe', layer, z: z.buffer, a: a.buffer });
  }

  private gradientOf(value: Value): Buffer {
    const gradient = this.gradients.get(value.root);
    if (gradient) return gradient;
    // A layer nothing reads has no part in the loss.
    throw new Error('An output is not used.');
  }

  /** Lets an operation write, or add to, the gradient of a value. */
  private contribute(value: Value, op: (out: Buffer, accumulate: boolean) => Op): void {
    if (!value.learns) return;
    const present = this.gradients.get(value.root);
    const out = present ?? this.buffer(value.size);
    this.gradients.set(value.root, out);
    this.backwardOps.push(op(out, present !== undefined));
  }

  /** Adds a finished gradient to a value's, or lets it be that gradient. */
  private addGradient(value: Value, gradient: Buffer): void {
    const present = this.gradients.get(value.root);
    if (!present) this.gradients.set(value.root, gradient);
    else this.backwardOps.push(whole(gradient, present, value.size, true));
  }
}
