import { formulaOf, type Instruction, type Program } from '../../activations/formula/index.ts';
import type { OperationName } from '../../activations/index.ts';
import type { Geometry, LossName, NoiseKind, Op, Optimizer, Plan, PoolKind, Ref } from '../../plan/plan.ts';
import type { WasmOp } from './program.ts';
import { addressOf, type Layout } from './layout.ts';
import { winogradTiles } from './patches.ts';
import { piecesOf } from './pieces.ts';
import {
  ActivationCode,
  FormulaCode,
  FusedCode,
  InactiveCode,
  LossCode,
  NoiseCode,
  NormalizeCode,
  Opcode,
  OptimizerCode,
  PoolCode,
  SegmentRow,
  sharedCode,
} from './opcodes.ts';

// Typed as records, so that the compiler names what a new activation, loss or optimiser still lacks here.
const activationCodes: Record<OperationName, number> = ActivationCode;
const formulaCodes: Record<Instruction['op'], number> = FormulaCode;
const lossCodes: Record<LossName, number> = LossCode;
const optimizerCodes: Record<Optimizer['name'], number> = OptimizerCode;
const poolCodes: Record<PoolKind, number> = PoolCode;
const noiseCodes: Record<NoiseKind, number> = NoiseCode;
const normalizeCodes: Record<Extract<Op, { op: 'normalize' }>['kind'], number> = NormalizeCode;
const fusedCodes: Record<Extract<Op, { op: 'loss' }>['fused'], number> = FusedCode;
const inactiveCodes: Record<Plan['observed'][number]['inactive'], number> = InactiveCode;

type Of<N extends WasmOp['op']> = Extract<WasmOp, { op: N }>;

/** What an operation may need to know besides its own fields. */
export interface Context {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly seed: number;
}

/** A float32's bit pattern. */
function bits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

/** A float64's bit pattern, low word first. */
function wideBits(...values: readonly number[]): readonly number[] {
  return [...new Int32Array(Float64Array.from(values).buffer)];
}

const windowOf = (g: Geometry): readonly number[] => [
  g.height,
  g.width,
  g.channels,
  g.outHeight,
  g.outWidth,
  g.outChannels,
  g.kernelHeight,
  g.kernelWidth,
  g.strideY,
  g.strideX,
  g.padTop,
  g.padLeft,
];

/** Each operation's opcode and arguments, in the order in which kernels/execute.ts reads them. */
const encoders: {
  readonly [N in WasmOp['op']]: (
    op: Of<N>,
    at: (ref: Ref | undefined) => number,
    context: Context,
  ) => readonly number[];
} = {
  gather: (op, at) => [Opcode.Gather, at(op.source), at(op.out), op.width],
  noise: (op, at, { seed }) => [
    Opcode.Noise,
    noiseCodes[op.kind],
    at(op.input),
    at(op.out),
    op.width,
    bits(noiseFactor(op)),
    // 2³² does not fit; what the factor is then makes up for the one draw let through.
    Math.min(Math.floor(op.amount * 2 ** 32), 2 ** 32 - 1),
    op.stream,
    seed,
  ],
  matmul: (op, at, { layout }) => [
    Opcode.Matmul,
    at(op.a),
    op.aStrides[0] * 4,
    op.aStrides[1] * 4,
    at(op.b),
    op.bStrides[0] * 4,
    op.bStrides[1] * 4,
    at(op.c),
    op.m.perRow ? 0 : op.m.size,
    op.m.perRow ? op.m.size : 0,
    op.n,
    op.k.perRow ? 0 : op.k.size,
    op.k.perRow ? op.k.size : 0,
    Number(op.accumulate),
    at(op.epilogue?.bias),
    layout.scratch,
    Number(op.clamp ?? false),
    at(op.mask),
  ],
  conv: (op, at, { layout }) => [
    Opcode.Conv,
    at(op.x),
    at(op.w),
    at(op.y),
    at(op.epilogue?.bias),
    layout.patches,
    layout.scratch,
    winogradTiles(op.geometry),
    ...windowOf(op.geometry),
  ],
  conv_input: (op, at, { layout }) => [
    Opcode.ConvInput,
    at(op.dy),
    at(op.w),
    at(op.dx),
    Number(op.accumulate),
    layout.patches,
    layout.scratch,
    at(op.epilogue?.bias),
    winogradTiles(op.geometry),
    ...windowOf(op.geometry),
  ],
  conv_weights: (op, at, { layout }) => [
    Opcode.ConvWeights,
    at(op.x),
    at(op.dy),
    at(op.dw),
    Number(op.accumulate),
    layout.patches,
    layout.scratch,
    winogradTiles(op.geometry),
    op.inHalves ? layout.halves : 0,
    ...windowOf(op.geometry),
  ],
  pool: (op, at) => [Opcode.Pool, poolCodes[op.kind], at(op.x), at(op.y), ...windowOf(op.geometry)],
  pool_back: (op, at) => [
    Opcode.PoolBack,
    poolCodes[op.kind],
    at(op.x),
    at(op.dy),
    at(op.dx),
    Number(op.accumulate),
    ...windowOf(op.geometry),
  ],
  activate: (op, at, { layout }) => [
    Opcode.Activate,
    ...activationArguments(op.activation),
    at(op.z),
    at(op.a),
    op.width,
    op.columns,
    layout.scratch,
    at(op.slope),
    ...programWords(op, 'value'),
  ],
  activate_back: (op, at, { layout }) => [
    Opcode.ActivateBack,
    ...activationArguments(op.activation),
    at(op.from),
    at(op.a),
    at(op.da),
    at(op.dz),
    op.width,
    op.columns,
    bits(op.activityL1),
    Number(op.accumulate),
    layout.scratch,
    at(op.slope),
    at(op.slopeTerms),
    ...programWords(op, 'back'),
  ],
  normalize: (op, at) => [
    Opcode.Normalize,
    normalizeCodes[op.kind],
    at(op.x),
    at(op.y),
    at(op.gamma),
    at(op.beta),
    at(op.saved),
    op.perRow,
    op.columns,
    at(op.running?.mean),
    at(op.running?.variance),
    ...wideBits(op.epsilon, op.running?.momentum ?? 0),
  ],
  normalize_running: (op, at) => [
    Opcode.NormalizeRunning,
    at(op.x),
    at(op.y),
    at(op.gamma),
    at(op.beta),
    at(op.mean),
    at(op.variance),
    op.perRow,
    op.columns,
    ...wideBits(op.epsilon),
  ],
  normalize_back: (op, at) => [
    Opcode.NormalizeBack,
    normalizeCodes[op.kind],
    at(op.x),
    at(op.dy),
    at(op.dx),
    at(op.gamma),
    at(op.dgamma),
    at(op.dbeta),
    at(op.saved),
    op.perRow,
    op.columns,
    Number(op.accumulate),
  ],
  reduce: (op, at) => [Opcode.Reduce, at(op.input), at(op.out), op.perRow, op.columns],
  combine: (op, at) => [
    Opcode.Combine,
    at(op.input),
    at(op.out),
    op.perRow,
    op.columns,
    op.inputStride * 4,
    op.outStride * 4,
    bits(op.scale),
    Number(op.accumulate),
  ],
  loss: (op, at, { layout }) => [
    Opcode.Loss,
    lossCodes[op.loss],
    fusedCodes[op.fused],
    at(op.prediction),
    at(op.target),
    at(op.gradient),
    op.width,
    Number(op.classes),
    layout.scratch,
  ],
  observe: (op, at, { plan, layout }) => {
    const layer = plan.observed[op.layer]!;
    const before = plan.observed.slice(0, op.layer).reduce((sum, { units }) => sum + units, 0);
    return [
      Opcode.Observe,
      at(op.z),
      at(op.a),
      layout.units + before * 48,
      layer.positions,
      layer.units,
      inactiveCodes[layer.inactive],
      bits(layer.saturation),
    ];
  },
  norms: (_op, _at, { layout }) => [
    Opcode.Norms,
    layout.arenas.parameters,
    layout.arenas.gradients,
    layout.segments,
    layout.pieces,
    layout.pending,
    layout.pending + layout.pieces * 8,
  ],
  update: ({ optimizer: o }, _, { plan, layout }) => [
    Opcode.Update,
    optimizerCodes[o.name],
    layout.arenas.parameters,
    layout.arenas.gradients,
    layout.arenas.slots,
    plan.sizes.parameters * 4,
    layout.segments,
    layout.pieces,
    layout.pending,
    layout.pending + layout.pieces * 8,
    layout.pending + layout.pieces * 16,
    ...wideBits(o.momentum, o.beta1, o.beta2, o.rho, o.epsilon, o.weightDecay, o.clipNorm),
    Number(o.nesterov),
  ],
  add_up: (op, at, { layout }) => [Opcode.AddUp, layout.halves, at(op.to), op.size],
  meet: () => [Opcode.Meet],
  descend: (_op, _at, { plan, layout: { arenas } }) => [
    Opcode.Descend,
    arenas.parameters,
    arenas.gradients,
    plan.sizes.parameters * 4,
  ],
  layer: (op, at) => [Opcode.Layer, at(op.x), at(op.w), at(op.bias), at(op.y), op.n, op.k, Number(op.clamp)],
  layer_back: (op, at, { layout }) => [
    Opcode.LayerBack,
    at(op.x),
    at(op.dy),
    at(op.w),
    at(op.dw),
    at(op.db),
    at(op.dx),
    op.n,
    op.k,
    layout.scratch,
  ],
};

/** What values that are kept are multiplied by, or the normal draws. Of amount 1 nothing is kept. */
function noiseFactor({ kind, amount }: Of<'noise'>): number {
  if (kind === 'gaussian') return amount;
  if (amount >= 1) return 0;
  return kind === 'dropout' ? 1 / (1 - amount) : 1;
}

/** Every activation has one parameter or none. */
function activationArguments(activation: Of<'activate'>['activation']): readonly number[] {
  return [activationCodes[activation.name as OperationName], bits(Object.values(activation.parameters)[0] ?? 0)];
}

/** A formula's program as kernels/formula.ts reads it; nothing for the other activations. */
function programWords({ activation }: Pick<Of<'activate'>, 'activation'>, which: 'value' | 'back'): readonly number[] {
  if (activation.formula === undefined) return [];
  const { constants, instructions }: Program = formulaOf(activation.formula).programs[which];
  return [
    constants.length,
    instructions.length,
    ...constants.flatMap((value) => new Array<number>(4).fill(bits(value))),
    ...instructions.flatMap(({ op, operands: [a = 0, b = 0, c = 0], slot }) => [formulaCodes[op], a, b, c, slot]),
  ];
}

/** Operations as the kernels read them: opcode, words in all, arguments; padded to 8 bytes each and closed by `Opcode.End`. */
export function encode(ops: readonly WasmOp[], context: Context): number[] {
  const at = (ref: Ref | undefined) => (ref ? addressOf(context.layout, ref) : 0);
  const words = ops.flatMap((op) => {
    const encoder = encoders[op.op] as (
      op: WasmOp,
      at: (ref: Ref | undefined) => number,
      context: Context,
    ) => readonly number[];
    const [code, ...values] = encoder(op, at, context);
    const length = Math.ceil((values.length + 2) / 2) * 2;
    const padding = new Array<number>(length - values.length - 2).fill(0);
    return [op.isShared ? code! + sharedCode : code!, length, ...values, ...padding];
  });
  return [...words, Opcode.End, 0];
}

/** The table of pieces of segments that `norms` and `update` walk. */
export function encodeSegments(plan: Plan): Uint8Array {
  const pieces = piecesOf(plan);
  const bytes = new Uint8Array(pieces.length * SegmentRow.bytes);
  const table = new DataView(bytes.buffer);
  for (const [index, piece] of pieces.entries()) {
    const start = index * SegmentRow.bytes;
    table.setUint32(start + SegmentRow.offset, piece.offset * 4, true);
    table.setUint32(start + SegmentRow.size, piece.size, true);
    table.setInt32(start + SegmentRow.decay, Number(piece.decay), true);
    table.setInt32(start + SegmentRow.half, piece.half, true);
    table.setFloat64(start + SegmentRow.l1, piece.l1, true);
    table.setFloat64(start + SegmentRow.l2, piece.l2, true);
  }
  return bytes;
}
