import type { Dataset } from '../../engine/data/dataset.ts';

/** A few samples to draw on the input card: points of a plane with their classes, or small pictures. */
export type Preview =
  | { readonly kind: 'points'; readonly points: readonly { x: number; y: number; group: number }[] }
  | {
      readonly kind: 'pictures';
      readonly height: number;
      readonly width: number;
      readonly pictures: readonly Float32Array[];
    };

const most = { points: 400, pictures: 9 };

/** Takes what can be drawn from data; undefined for data that has no picture, such as tables. */
export function preview(dataset: Dataset): Preview | undefined {
  const [height, width, channels] = dataset.inputShape;
  if (dataset.inputShape.length === 1 && height === 2) return { kind: 'points', points: points(dataset) };
  if (height === undefined || width === undefined || channels === undefined) return undefined;
  return { kind: 'pictures', height, width, pictures: pictures(dataset, height * width, channels) };
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

/** The first channels, each picture stretched to 0…1. */
function pictures({ features, samples }: Dataset, size: number, channels: number): Float32Array[] {
  return Array.from({ length: Math.min(samples, most.pictures) }, (_, i) => {
    const picture = Float32Array.from({ length: size }, (_, k) => features[(i * size + k) * channels] ?? 0);
    const low = Math.min(...picture);
    const span = Math.max(...picture) - low || 1;
    return picture.map((value) => (value - low) / span);
  });
}
