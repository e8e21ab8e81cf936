import type { Dataset } from '../../engine/data/dataset.ts';
import { drawnAs } from '../look/picture.ts';

/** A few samples to draw on the input card: points of a plane with their classes (of one input: by the number to predict), or small pictures. */
export type Preview =
  | { readonly kind: 'points'; readonly points: readonly { x: number; y: number; group: number }[] }
  | {
      readonly kind: 'pictures';
      readonly height: number;
      readonly width: number;
      /** 3: red, green and blue; else the first is shown. */
      readonly channels: number;
      readonly pictures: readonly Float32Array[];
    };

const most = { points: 400, pictures: 9 };

/** Takes what can be drawn from data; undefined for data that has no picture, such as tables. */
export function preview(dataset: Dataset, source: string): Preview | undefined {
  const [height, width, channels] = drawnAs(dataset.inputShape, { source, task: dataset.task });
  if (dataset.inputShape.length === 1 && height === 2) return { kind: 'points', points: points(dataset) };
  if (dataset.inputShape.length === 1 && height === 1 && dataset.task === 'regression')
    return { kind: 'points', points: byTarget(dataset) };
  if (height === undefined || width === undefined || channels === undefined) return undefined;
  return { kind: 'pictures', height, width, channels, pictures: pictures(dataset, height * width * channels) };
}

function points({ features, targets, samples, task }: Dataset): { x: number; y: number; group: number }[] {
  const stride = Math.max(1, Math.ceil(samples / most.points));
  const taken = [];
  for (let i = 0; i < samples; i += stride) {
    taken.push({
      x: features[2 * i] ?? 0,
      y: features[2 * i + 1] ?? 0,
      group: task === 'classification' ? (targets[i] ?? 0) : 0,
    });
  }
  return taken;
}

/** One input against the number to predict, both made to span the same. */
function byTarget({ features, targets, samples, outputs }: Dataset): { x: number; y: number; group: number }[] {
  const stride = Math.max(1, Math.ceil(samples / most.points));
  const spread = (value: (i: number) => number) => {
    const all = Array.from({ length: samples }, (_, i) => value(i));
    const low = all.reduce((a, b) => Math.min(a, b));
    const span = all.reduce((a, b) => Math.max(a, b)) - low || 1;
    return (i: number) => ((value(i) - low) / span) * 2 - 1;
  };
  const [x, y] = [spread((i) => features[i] ?? 0), spread((i) => targets[i * outputs] ?? 0)];
  return Array.from({ length: Math.ceil(samples / stride) }, (_, k) => ({
    x: x(k * stride),
    y: y(k * stride),
    group: 0,
  }));
}

/** The first samples' values. */
const pictures = ({ features, samples }: Dataset, size: number): Float32Array[] =>
  Array.from({ length: Math.min(samples, most.pictures) }, (_, i) => features.slice(i * size, (i + 1) * size));
