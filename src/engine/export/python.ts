import type { Schedule } from '../schedules.ts';
import type { ExportModel } from './target.ts';
import { expressionOf, type Expression, type Operation } from '../activations/formula/index.ts';

/** What PyTorch's modules and the written files have names for already, and Python's words. */
const reserved = `
  False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
  nonlocal not or pass raise return try while with yield
  T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward
  get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules
  named_parameters parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
  register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
  register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
  share_memory state_dict to to_empty train training type xpu zero_grad
  ActivityL1 F Mask Network activity activity_l1 avg_pool channels_first channels_last divisor inputs json keras layers len load logits loss_of math maxout mish nn np ops optimizer_of
  Path penalty predict prelu regularizers scale self shift struct target_of torch x z
`
  .trim()
  .split(/\s+/);

/** Gives each layer, and what goes with it, a name of its own that Python allows. */
export function pythonNames(): (wanted: string) => string {
  const taken = new Set(reserved);
  return (wanted) => {
    let name = wanted.replaceAll('-', '_');
    // Two underscores in front mean something inside of a class.
    if (name.startsWith('__')) name = `layer${name}`;
    while (taken.has(name)) name += '_';
    taken.add(name);
    return name;
  };
}

/** JSON's strings, and its numbers and lists, are Python's too. */
export const literal = (value: string | number | readonly (string | number)[]): string =>
  JSON.stringify(value).replaceAll(/(?<=[[\d"]),(?=["\d-])/g, ', ');

/** A scaling's values, one for all where they are equal. */
export function scalingList(values: ArrayLike<number>): string {
  const list = Array.from(values);
  return literal(list.every((value) => value === list[0]) ? list.slice(0, 1) : list);
}

export const flag = (value: boolean): string => (value ? 'True' : 'False');

/** `(3,)`, `(28, 28, 1)`. */
export const tuple = (values: readonly (number | string)[]): string =>
  values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;

/** A line of a comment, whatever stands in the text. */
export const comment = (text: string): string => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s"\\]+/gu, ' ').trim();

export const indent = (lines: readonly string[], depth = 1): string[] =>
  lines.map((line) => (line === '' ? '' : `${'    '.repeat(depth)}${line}`));

/** `load` as far as the safetensors file beside is read: its bytes as `data`, where tensors begin as `8 + length`, and `header`. */
export const loadLines = (table: readonly string[], rest: readonly string[]): string[] => [
  ...(table.length > 0 ? ['WEIGHTS = {', ...indent(table), '}'] : ['WEIGHTS = {}']),
  ...['', ''],
  'def load(model, path=Path(__file__).with_suffix(".safetensors")):',
  ...indent([
    '"""Puts the weights of a safetensors file of this network into the model."""',
    'data = Path(path).read_bytes()',
    '(length,) = struct.unpack("<Q", data[:8])',
    'header = json.loads(data[8 : 8 + length])',
    ...rest,
    'return model',
  ]),
];

/** The first line of `train`: rows, labels unless the rows themselves are restored, and the network's own settings. */
export function trainHead({ network: { training } }: ExportModel): string {
  const { target, epochs, batchSize } = training;
  const labels = target === 'input' ? '' : 'y, ';
  return `def train(model, x, ${labels}epochs=${epochs}, batch_size=${batchSize === 'all' ? 'None' : batchSize}):`;
}

/** What the learning rate is multiplied by at update s of so many steps; nothing where it stays. */
export function factorText({ name, parameters: p }: Schedule): string {
  const factors: Record<string, string> = {
    constant: '',
    step: ` * ${p['factor']} ** (s // ${p['every']})`,
    exponential: ` * ${p['rate']} ** s`,
    cosine: ' * 0.5 * (1 + math.cos(math.pi * s / max(steps, 1)))',
  };
  const factor = factors[name]!;
  return (p['warmupSteps'] ?? 0) > 0 ? ` * min(1, (s + 1) / ${p['warmupSteps']})${factor}` : factor;
}

/** How a library writes what its operators do not say. */
export interface Dialect {
  readonly call: (op: Operation, operands: readonly string[]) => string;
  /** 1 where the condition holds, else 0. */
  readonly asNumber: (condition: string) => string;
  /** A number in the shape of x. */
  readonly full: (value: string) => string;
}

const infix: Partial<Record<Operation, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/' };
const comparison: Partial<Record<Operation, string>> = {
  ...{ less: '<', lessEqual: '<=', greater: '>', greaterEqual: '>=' },
};
/** Python reads no more than 200 parentheses inside each other, and people less. */
const deepest = 8;

/** The lines of a function of `x` that computes a custom formula; what occurs twice is computed once. */
export function formulaLines(formula: string, dialect: Dialect): string[] {
  const root = expressionOf(formula);
  const uses = new Map<Expression, number>();
  const count = (e: Expression): void => {
    uses.set(e, (uses.get(e) ?? 0) + 1);
    if (uses.get(e) === 1) e.operands.forEach(count);
  };
  count(root);
  const lines: string[] = [];
  const known = new Map<Expression, { text: string; depth: number }>();
  const of = (e: Expression): { text: string; depth: number } => {
    const found = known.get(e);
    if (found) return found;
    const made = write(e);
    const named = e !== root && e.operands.length > 0 && (uses.get(e)! > 1 || made.depth > deepest);
    const result = named ? { text: `t${lines.length + 1}`, depth: 0 } : made;
    if (named) lines.push(`${result.text} = ${made.text}`);
    known.set(e, result);
    return result;
  };
  const write = (e: Expression): { text: string; depth: number } => {
    if (e.op === 'x' || e.op === 'gradient') return { text: 'x', depth: 0 };
    if (e.op === 'number') return { text: e.value < 0 ? `(${e.value})` : String(e.value), depth: 0 };
    const { op } = e;
    const parts = e.operands.map((operand, k) => (op === 'select' && k === 0 ? condition(operand) : of(operand)));
    const depth = 1 + Math.max(...parts.map((part) => part.depth));
    const texts = parts.map((part) => part.text);
    if (comparison[op]) return { text: dialect.asNumber(between(comparison[op], texts)), depth: depth + 1 };
    if (infix[op]) return { text: between(infix[op], texts), depth };
    return { text: op === 'negate' ? `(-${texts[0]})` : dialect.call(op, texts), depth };
  };
  const condition = (e: Expression) => {
    if (e.op === 'number' || e.op === 'x' || e.op === 'gradient' || !comparison[e.op])
      return { text: `(${of(e).text} != 0)`, depth: 1 };
    const sides = e.operands.map(of);
    return {
      text: between(
        comparison[e.op]!,
        sides.map(({ text }) => text),
      ),
      depth: 1 + Math.max(...sides.map(({ depth }) => depth)),
    };
  };
  const result = write(root).text;
  return [...lines, `return ${root.op === 'number' ? dialect.full(result) : result}`];
}

const between = (sign: string, [a, b]: readonly string[]): string => `(${a} ${sign} ${b})`;
