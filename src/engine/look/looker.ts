import type { Backend } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { sizeOf } from '../layers/index.ts';
import { layOut } from '../plan/compile.ts';
import type { Tap } from '../plan/look.ts';
import { fieldsLook } from './fields.ts';
import { histogram } from './histogram.ts';
import type { HistogramLook, Judged, Look, LookRequest, SampleLook, WayLook } from './look.ts';
import { outputLook } from './output.ts';
import { LookSession, type Tapped, type WeightsNow } from './session.ts';
import { unitLook } from './unit.ts';

/** Samples that are looked at, at most. */
const mostSamples = 2048;
/** Values that are read of them at once. */
const mostValues = 2 ** 22;
/** Multiply-adds of a look while training goes on, some hundredths of a second, and while it stands still. */
const effort = { training: 6e7, resting: 6e8 };

export type Effort = keyof typeof effort;

/** Looks at a network apart from its run, on a backend of its own. */
export class Looker {
  private readonly many: LookSession;
  private readonly one: LookSession;
  private readonly plane: LookSession;
  /** By what is read: of a plane's cells, and of a unit's slopes. */
  private readonly probes = new Map<string, LookSession>();
  private readonly part: Uint32Array;

  constructor(
    private readonly graph: Graph,
    private readonly dataset: Dataset,
    private readonly backend: Backend,
  ) {
    this.many = new LookSession(graph, backend);
    this.one = new LookSession(graph, backend);
    this.plane = new LookSession(graph, backend);
    const { validation, train } = dataset.parts;
    this.part = validation.length > 0 ? validation : train;
  }

  async look(request: LookRequest, step: number, weights: WeightsNow, how: Effort): Promise<Look> {
    const { graph } = this;
    const output: Tap = { layer: graph.layers.at(-1)!.layer.id, at: 'a' };
    const taps: Tap[] = [];
    if (request.output) taps.push(output);
    if (request.histogram !== undefined) taps.push({ layer: request.histogram, at: 'z' });
    if (request.unit) taps.push({ layer: request.unit.layer, at: 'a' });
    const rows = this.part.subarray(0, this.affordable(taps, how));
    const judged: Judged = {
      samples: rows.length,
      of: this.part.length,
      part: this.part === this.dataset.parts.train ? 'training' : 'validation',
    };
    const tapped = taps.length > 0 ? await this.many.read(taps, this.features(rows), weights) : undefined;
    const chosen = this.part[Math.min(request.sample, this.part.length - 1)] ?? 0;
    const parts = {
      output:
        tapped && request.output ? await outputLook(this, tapped, output, rows, weights, this.cells(how)) : undefined,
      way: request.maps.length > 0 ? await this.way(request.maps, chosen, weights) : undefined,
      fields: await fieldsLook(this, request.fields ?? [], this.plane, weights, this.cells(how)),
      histogram: tapped && request.histogram !== undefined ? this.sums(tapped, request.histogram, weights) : undefined,
      unit:
        tapped && request.unit
          ? await unitLook(this, tapped, request.unit, rows, chosen, weights, effort[how])
          : undefined,
    };
    const seen = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
    return { step, judged, ...(seen as Partial<Look>) };
  }

  /** Reads a tap over rows of features that are none of the data's. */
  probe(tap: Tap, features: Float32Array, weights: WeightsNow): Promise<Tapped> {
    const session = this.probes.get(tap.at) ?? new LookSession(this.graph, this.backend);
    this.probes.set(tap.at, session);
    return session.read([tap], features, weights);
  }

  /** The features of some samples, one after another. */
  features(rows: Uint32Array): Float32Array {
    const width = sizeOf(this.dataset.inputShape);
    const out = new Float32Array(rows.length * width);
    rows.forEach((row, i) => out.set(this.dataset.features.subarray(row * width, (row + 1) * width), i * width));
    return out;
  }

  sample(row: number): SampleLook {
    const { targets, task, outputs } = this.dataset;
    const actual = targets[row * (task === 'classification' ? 1 : outputs)] ?? 0;
    return { row, input: this.features(Uint32Array.of(row)), actual };
  }

  get data(): Dataset {
    return this.dataset;
  }

  get network(): Graph {
    return this.graph;
  }

  /** A layer's weighted sums, with the slopes it has learned for them. */
  private sums(tapped: Tapped, layer: string, { parameters }: WeightsNow): HistogramLook | undefined {
    const seen = histogram(tapped, layer);
    const tensor = layOut(this.graph).parameters.find((own) => own.layer === layer && own.role === 'slope');
    if (!seen || !tensor) return seen;
    const slopes = parameters.subarray(tensor.offset, tensor.offset + tensor.size);
    const [low, sum, high] = slopes.reduce(
      ([low, sum, high], slope) => [Math.min(low, slope), sum + slope, Math.max(high, slope)] as const,
      [Infinity, 0, -Infinity] as readonly [number, number, number],
    );
    return { ...seen, slopes: [low, sum / slopes.length, high] };
  }

  private affordable(taps: readonly Tap[], how: Effort): number {
    const width = taps.reduce((sum, { layer }) => {
      const found = this.graph.layers.find((entry) => entry.layer.id === layer);
      return sum + (found ? sizeOf(found.shape) : 0);
    }, 1);
    const rows = Math.min(effort[how] / Math.max(1, this.graph.multiplyAdds), mostValues / width, mostSamples);
    return Math.min(this.part.length, Math.max(16, Math.floor(rows)));
  }

  /** Cells a side of a plane's picture. */
  private cells(how: Effort): number {
    const side = Math.floor(Math.sqrt(effort[how] / Math.max(1, this.graph.multiplyAdds)));
    return Math.max(12, Math.min(how === 'training' ? 48 : 64, side));
  }

  private async way(layers: readonly string[], row: number, weights: WeightsNow): Promise<WayLook> {
    const tapped = await this.one.read(
      layers.map((layer) => ({ layer, at: 'a' })),
      this.features(Uint32Array.of(row)),
      weights,
    );
    return {
      ...this.sample(row),
      layers: layers.flatMap((layer) => {
        const found = this.graph.layers.find((entry) => entry.layer.id === layer);
        const values = tapped.row({ layer, at: 'a' }, 0);
        return found && values ? [{ layer, shape: found.shape, values: values.slice() }] : [];
      }),
    };
  }

  dispose(): void {
    for (const session of [this.many, this.one, this.plane, ...this.probes.values()]) session.dispose();
  }
}
