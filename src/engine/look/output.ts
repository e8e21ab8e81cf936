import type { Dataset } from '../data/dataset.ts';
import { sizeOf } from '../layers/index.ts';
import type { Tap } from '../plan/look.ts';
import type { ClassesLook, CurveLook, OutputLook, RegionLook, RestoredLook } from './look.ts';
import type { Looker } from './looker.ts';
import type { Tapped, WeightsNow } from './session.ts';

/** Wrong samples, and restored ones, that are shown. */
const mostWorst = 12;
const mostRestored = 8;
const curvePoints = 160;

/** The prediction beside the data, in the form that fits it. */
export async function outputLook(
  looker: Looker,
  tapped: Tapped,
  output: Tap,
  rows: Uint32Array,
  weights: WeightsNow,
  cells: number,
): Promise<OutputLook> {
  const { data, network } = looker;
  const answers = (row: number) => tapped.row(output, row)!;
  if (network.network.training.target === 'input') return { restored: restored(looker, answers, rows) };
  const inputs = sizeOf(data.inputShape);
  const classes = data.task === 'classification' ? classesLook(looker, answers, rows) : undefined;
  const plane = inputs === 2 && (classes !== undefined || data.outputs === 1);
  const line = inputs === 1 && data.outputs === 1 && !classes;
  return {
    ...(classes ? { classes } : {}),
    ...(plane ? { region: await regionLook(looker, answers, output, rows, weights, cells) } : {}),
    ...(line ? { curve: await curveLook(looker, output, rows, weights) } : {}),
    ...(classes || plane || line ? {} : { numbers: numbers(data, answers, rows) }),
  };
}

/** The class an output stands for: over one half with one output, else the largest. */
export function classOf(answer: Float32Array): number {
  if (answer.length === 1) return Number(answer[0]! > 0.5);
  let best = 0;
  for (let k = 1; k < answer.length; k++) if (answer[k]! > answer[best]!) best = k;
  return best;
}

function classesLook(looker: Looker, answers: (row: number) => Float32Array, rows: Uint32Array): ClassesLook {
  const count = looker.data.outputs;
  const confusion = new Uint32Array(count * count);
  const wrong: { i: number; predicted: number; probability: number }[] = [];
  rows.forEach((row, i) => {
    const answer = answers(i);
    const predicted = classOf(answer);
    const actual = looker.data.targets[row]!;
    confusion[actual * count + predicted]!++;
    if (predicted === actual) return;
    const first = answer[0]!;
    const probability = answer.length > 1 ? answer[predicted]! : predicted === 1 ? first : 1 - first;
    wrong.push({ i, predicted, probability });
  });
  const worst = wrong
    .sort((a, b) => b.probability - a.probability || a.i - b.i)
    .slice(0, mostWorst)
    .map(({ i, predicted, probability }) => ({ ...looker.sample(rows[i]!), predicted, probability }));
  return { count, confusion, wrong: wrong.length, worst };
}

/** In the data's own units. */
const unscaled = ({ scaling }: Dataset, value: number, column: number): number =>
  value * scaling.divisor[column]! + scaling.shift[column]!;

/** A square around data of two inputs in so many cells a side, as features, row by row from below. */
export function planeOf(data: Dataset, cells: number) {
  const [x, y] = [frameOf(data, 0), frameOf(data, 1)];
  const half = Math.max(x.half, y.half);
  const [left, below] = [x.middle - half, y.middle - half];
  const pitch = (2 * half) / cells;
  const features = new Float32Array(2 * cells * cells);
  for (let i = 0; i < cells * cells; i++) {
    features[2 * i] = left + ((i % cells) + 0.5) * pitch;
    features[2 * i + 1] = below + (Math.floor(i / cells) + 0.5) * pitch;
  }
  return { features, left, below, half };
}

async function regionLook(
  looker: Looker,
  answers: (row: number) => Float32Array,
  output: Tap,
  rows: Uint32Array,
  weights: WeightsNow,
  cells: number,
): Promise<RegionLook> {
  const { data } = looker;
  const { features, left, below, half } = planeOf(data, cells);
  const tapped = await looker.probe(output, features, weights);
  const width = tapped.row(output, 0)!.length;
  const values = new Float32Array(cells * cells * width);
  for (let i = 0; i < cells * cells; i++) values.set(tapped.row(output, i)!, i * width);
  const points = new Float32Array(4 * rows.length);
  rows.forEach((row, i) => {
    const [a, b] = [data.features[2 * row]!, data.features[2 * row + 1]!];
    const answer = answers(i);
    const predicted = data.task === 'classification' ? classOf(answer) : answer[0]!;
    points.set([unscaled(data, a, 0), unscaled(data, b, 1), data.targets[row]!, predicted], 4 * i);
  });
  const corner = (side: 0 | 1): [number, number] => [
    unscaled(data, left + side * 2 * half, 0),
    unscaled(data, below + side * 2 * half, 1),
  ];
  const isClass = data.task === 'classification';
  return { cells, low: corner(0), high: corner(1), values, width, isClass, points };
}

/** Middle and half the width of a column's values, with a margin. */
function frameOf({ features, samples, inputShape }: Dataset, column: number): { middle: number; half: number } {
  const width = sizeOf(inputShape);
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < samples; row++) {
    const value = features[row * width + column]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { middle: (low + high) / 2, half: ((high - low) / 2 || 1) * 1.08 };
}

async function curveLook(looker: Looker, output: Tap, rows: Uint32Array, weights: WeightsNow): Promise<CurveLook> {
  const { data } = looker;
  const { middle, half } = frameOf(data, 0);
  const features = Float32Array.from(
    { length: curvePoints },
    (_, i) => middle + half * ((2 * i) / (curvePoints - 1) - 1),
  );
  const tapped = await looker.probe(output, features, weights);
  const points = new Float32Array(2 * rows.length);
  rows.forEach((row, i) => points.set([unscaled(data, data.features[row]!, 0), data.targets[row]!], 2 * i));
  return {
    x: features.map((value) => unscaled(data, value, 0)),
    y: Float32Array.from({ length: curvePoints }, (_, i) => tapped.row(output, i)![0]!),
    points,
  };
}

function restored(looker: Looker, answers: (row: number) => Float32Array, rows: Uint32Array): RestoredLook {
  const width = sizeOf(looker.data.inputShape);
  let squares = 0;
  rows.forEach((row, i) => {
    answers(i).forEach((value, k) => (squares += (value - looker.data.features[row * width + k]!) ** 2));
  });
  const pairs = [...rows.subarray(0, mostRestored)].map((row, i) => ({
    ...looker.sample(row),
    output: answers(i).slice(),
  }));
  return { pairs, error: squares / Math.max(1, rows.length * width) };
}

function numbers(data: Dataset, answers: (row: number) => Float32Array, rows: Uint32Array) {
  const values = { actual: new Float32Array(rows.length), predicted: new Float32Array(rows.length) };
  rows.forEach((row, i) => {
    values.actual[i] = data.targets[row * data.outputs]!;
    values.predicted[i] = answers(i)[0]!;
  });
  return values;
}
