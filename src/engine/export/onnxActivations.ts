import type { Activation, ActivationName } from '../activations/index.ts';
import { formulaOf, operand, result, type Operation } from '../activations/formula/index.ts';
import type { OnnxGraph } from './onnxGraph.ts';

type Writer = (graph: OnnxGraph, x: string, activation: Activation, slope: string) => string;

const plain =
  (op: string): Writer =>
  (graph, x) =>
    graph.node(op, [x]);
const times = (graph: OnnxGraph, a: string, b: string): string => graph.node('Mul', [a, b]);
const hardSigmoid: Writer = (graph, x) =>
  graph.node('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });

/** Each activation that takes every value by itself, or a row; maxout is made of others. */
const writers: Record<Exclude<ActivationName, 'maxout'>, Writer> = {
  linear: (_, x) => x,
  relu: plain('Relu'),
  leaky_relu: (graph, x, { parameters }) =>
    graph.node('LeakyRelu', [x], { alpha: { float: parameters['slope'] ?? 0.01 } }),
  prelu: (graph, x, _, slope) => graph.node('PRelu', [x, slope]),
  elu: (graph, x, { parameters }) => graph.node('Elu', [x], { alpha: { float: parameters['alpha'] ?? 1 } }),
  selu: plain('Selu'),
  gelu: (graph, x) => {
    const e = graph.node('Erf', [times(graph, x, graph.number(Math.SQRT1_2))]);
    return times(graph, times(graph, x, graph.number(0.5)), graph.node('Add', [e, graph.number(1)]));
  },
  silu: (graph, x) => times(graph, x, graph.node('Sigmoid', [x])),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  mish: (graph, x) => times(graph, x, graph.node('Tanh', [graph.node('Softplus', [x])])),
  relu6: (graph, x) => graph.node('Clip', [x, graph.number(0), graph.number(6)]),
  hard_sigmoid: hardSigmoid,
  hard_swish: (graph, x, ...rest) => times(graph, x, hardSigmoid(graph, x, ...rest)),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  softmax: (graph, x) => graph.node('Softmax', [x], { axis: -1 }),
  custom: (graph, x, { formula }) => writeFormula(graph, x, formula!),
};

/** f of a value, by the activation's own operation where ONNX has one. `slope` names the learned slopes of `prelu`. */
export const writeActivation = (graph: OnnxGraph, x: string, activation: Activation, slope: string): string =>
  writers[activation.name as keyof typeof writers](graph, x, activation, slope);

type Made = (graph: OnnxGraph, ...operands: [string, string, string]) => string;

const unary =
  (op: string): Made =>
  (graph, a) =>
    graph.node(op, [a]);
const binary =
  (op: string): Made =>
  (graph, a, b) =>
    graph.node(op, [a, b]);
const comparison =
  (op: string): Made =>
  (graph, a, b) =>
    graph.asNumber(graph.node(op, [a, b]));

const made: Record<Operation, Made> = {
  add: binary('Add'),
  subtract: binary('Sub'),
  multiply: binary('Mul'),
  divide: binary('Div'),
  power: binary('Pow'),
  negate: unary('Neg'),
  min: binary('Min'),
  max: binary('Max'),
  less: comparison('Less'),
  lessEqual: comparison('LessOrEqual'),
  greater: comparison('Greater'),
  greaterEqual: comparison('GreaterOrEqual'),
  select: (graph, condition, yes, no) => graph.node('Where', [graph.isTrue(condition), yes, no]),
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: unary('Floor'),
  sqrt: unary('Sqrt'),
  exp: unary('Exp'),
  expm1: (graph, a) => graph.node('Sub', [graph.node('Exp', [a]), graph.number(1)]),
  log: unary('Log'),
  log1p: (graph, a) => graph.node('Log', [graph.node('Add', [a, graph.number(1)])]),
  sin: unary('Sin'),
  cos: unary('Cos'),
  tan: unary('Tan'),
  tanh: unary('Tanh'),
  sigmoid: unary('Sigmoid'),
  softplus: unary('Softplus'),
  erf: unary('Erf'),
};

/** A formula's program, one operation after another; slots are names. */
function writeFormula(graph: OnnxGraph, x: string, formula: string): string {
  const { constants, instructions } = formulaOf(formula).programs.value;
  const slots: string[] = [];
  let value = x;
  for (const { op, operands, slot } of instructions) {
    const inputs = operands.map((place) =>
      place >= 0 ? slots[place]! : place === operand.x ? x : graph.number(constants[operand.constants - place]!),
    );
    // A formula that is a number alone has a number's shape: 0·x gives it that of x.
    const copied = () => (inputs[0] === x ? x : graph.node('Add', [times(graph, x, graph.number(0)), inputs[0]!]));
    value = op === 'copy' ? copied() : made[op](graph, ...(inputs as [string, string, string]));
    if (slot !== result) slots[slot] = value;
  }
  return value;
}
