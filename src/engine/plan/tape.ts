import { sizeOf, type Shape, type Tensor } from '../layers/index.ts';
import type { ObservedLayer, Op, ParameterTensor, Ref, StateTensor } from './plan.ts';

/** A stretch of the activations' arena, `size` values a row; `allocate` decides where. */
export interface Buffer extends Ref {
  readonly arena: 'activations';
  offset: number;
  readonly size: number;
}

/** A buffer from some values into each group on; it moves with the buffer. */
export class Part implements Ref {
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
export const whole = (input: Ref, out: Ref, size: number, accumulate: boolean): Op => ({
  ...{ op: 'combine', input, out, perRow: 1, columns: size, inputStride: size, outStride: size, scale: 1, accumulate },
});

/** What every tensor is on the tape it was made on. */
export interface Value extends Tensor {
  readonly buffer: Buffer;
  /** Whether a parameter lies upstream, so that a gradient is wanted. */
  readonly learns: boolean;
  /** The value whose gradient this one shares: itself, or what it is another shape of. */
  readonly root: Value;
  /** The output of a layer, which others may read again: never overwritten. */
  shared: boolean;
}

/**
 * Collects a plan's operations while layers are walked in order. A layer says its forward pass; each of `operations/` also puts down how to
 * emit its own backward pass, and `backward` does that last to first. Training and evaluation are two walks, each on a tape of its own.
 */
export class Tape {
  readonly forward: Op[] = [];
  readonly backwardOps: Op[] = [];
  readonly buffers = new Set<Buffer>();
  /** Of a value's root; not there before somebody has contributed to it. */
  readonly gradients = new Map<Value, Buffer>();
  /** The layer at hand: whose parameters and running statistics are meant. */
  layer = { id: 'input' };
  /** What the last layer's activation was given, if the loss is fused with it. */
  fusedInput: Value | undefined;
  private readonly steps: (() => void)[] = [];
  private nextId = 0;

  constructor(
    readonly mode: 'train' | 'evaluate',
    private readonly parameters: readonly ParameterTensor[],
    private readonly state: readonly StateTensor[],
    readonly observed: readonly ObservedLayer[],
    /** Fuse the last layer's activation with the loss. */
    readonly fuse: { layer: string; fused: 'sigmoid' | 'softmax' | 'none' },
    /** Shown each layer's weighted sums and outputs as soon as they are there, to `copy` them before they are overwritten. */
    readonly tap?: (layer: string, at: 'z' | 'a', value: Value) => void,
  ) {}

  begin(layer: { id: string }): void {
    this.layer = layer;
  }

  /** Marks a layer's output as something others may read. */
  finish(output: Value): void {
    output.shared = true;
    this.tap?.(this.layer.id, 'a', output);
  }

  /** Emits the backward pass, last operation first. */
  backward(): void {
    for (const step of this.steps.reverse()) step();
  }

  /** `step` emits an operation's backward pass; it is not called in evaluation. */
  onBackward(step: () => void): void {
    if (this.mode === 'train') this.steps.push(step);
  }

  /** A new value, in a buffer of its own unless it takes one that nobody reads any more. */
  value(shape: Shape, learns: boolean, buffer?: Buffer): Value {
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

  /** The same values, and the same gradient, in another shape. */
  reshape(value: Value, shape: Shape): Value {
    return { ...value, id: this.nextId++, shape, shared: true };
  }

  buffer(size: number): Buffer {
    const buffer: Buffer = { arena: 'activations', offset: -1, size };
    this.buffers.add(buffer);
    return buffer;
  }

  /** A parameter of the layer at hand. */
  parameter(role: ParameterTensor['role']): { value: Ref; gradient: Ref } {
    const found = this.parameters.find((tensor) => tensor.layer === this.layer.id && tensor.role === role);
    if (!found) throw new Error(`Layer "${this.layer.id}" has no ${role}.`);
    return {
      value: { arena: 'parameters', offset: found.offset },
      gradient: { arena: 'gradients', offset: found.offset },
    };
  }

  /** Running statistics of the layer at hand. */
  stateOf(role: string): Ref {
    const name = `${this.layer.id}.${role}`;
    const found = this.state.find((tensor) => tensor.name === name);
    if (!found) throw new Error(`There is no ${name}.`);
    return { arena: 'state', offset: found.offset };
  }

  /** The finished gradient of an operation's output. */
  gradientOf(value: Value): Buffer {
    const gradient = this.gradients.get(value.root);
    if (gradient) return gradient;
    // A layer nothing reads has no part in the loss.
    throw new Error('An output is not used.');
  }

  /** Lets an operation write, or add to, the gradient of a value. */
  contribute(value: Value, op: (out: Buffer, accumulate: boolean) => Op): void {
    if (!value.learns) return;
    const present = this.gradients.get(value.root);
    const out = present ?? this.buffer(value.size);
    this.gradients.set(value.root, out);
    this.backwardOps.push(op(out, present !== undefined));
  }

  /** Adds a finished gradient to a value's, or lets it be that gradient. */
  addGradient(value: Value, gradient: Buffer): void {
    const present = this.gradients.get(value.root);
    if (!present) this.gradients.set(value.root, gradient);
    else this.backwardOps.push(whole(gradient, present, value.size, true));
  }
}
