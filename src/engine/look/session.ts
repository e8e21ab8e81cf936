import type { Backend, Session } from '../backends/backend.ts';
import type { Graph } from '../graph.ts';
import { compileLook, type Tap, type TapPlace } from '../plan/look.ts';
import { sizeOf } from '../layers/index.ts';

/** The weights at hand. */
export interface WeightsNow {
  readonly parameters: Float32Array;
  readonly state: Float32Array;
}

/** Outputs of the tapped layers over some rows. */
export class Tapped {
  constructor(
    readonly rows: number,
    private readonly values: Float32Array,
    private readonly width: number,
    private readonly places: readonly TapPlace[],
  ) {}

  /** A tap's values of one row; a view. */
  row({ layer, at }: Tap, row: number): Float32Array | undefined {
    const place = this.places.find((place) => place.layer === layer && place.at === at);
    if (!place) return undefined;
    const start = row * this.width + place.start;
    return this.values.subarray(start, start + place.size);
  }
}

/** A session apart from the run's, kept for as long as the same taps are read of as many rows. */
export class LookSession {
  private key = '';
  private rows = 0;
  private current: { session: Session; places: readonly TapPlace[]; width: number } | undefined;

  constructor(
    private readonly graph: Graph,
    private readonly backend: Backend,
  ) {}

  /** Evaluates rows of features (scaled, one after another) with these weights. */
  async read(taps: readonly Tap[], features: Float32Array, { parameters, state }: WeightsNow): Promise<Tapped> {
    const rows = features.length / sizeOf(this.graph.data.inputShape);
    const { session, places, width } = await this.sessionFor(taps, rows);
    session.setParameters(parameters);
    session.setState(state);
    session.setData(features, new Float32Array(0));
    const all = Uint32Array.from({ length: rows }, (_, i) => i);
    return new Tapped(rows, await session.predict(all), width, places);
  }

  private async sessionFor(taps: readonly Tap[], rows: number) {
    const key = JSON.stringify(taps);
    if (!this.current || key !== this.key || rows > this.rows) {
      this.dispose();
      const { plan, places } = compileLook(this.graph, taps, rows);
      const session = await this.backend.prepare(plan, this.graph.network.seed);
      this.current = { session, places, width: plan.output.width };
      this.key = key;
      this.rows = rows;
    }
    return this.current;
  }

  dispose(): void {
    this.current?.session.dispose();
    this.current = undefined;
  }
}
