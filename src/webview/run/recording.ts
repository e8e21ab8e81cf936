import type {
  EndEvent,
  MetricsEvent,
  SettingEvent,
  StartEvent,
  StreamEvent,
  UnitEvent,
  WarningEvent,
} from '../../engine/training/events.ts';
import { eventLines, type RunHead } from '../../engine/training/runFile.ts';
import { History } from './history.ts';
import type { Run } from './runState.ts';

/** Records kept of a run with few layers; with many, fewer, so that a file stays small. */
const mostRecords = 300;
const fewestRecords = 50;
const mostLayerRecords = 3000;
/** Births and deaths of units kept: the first ones. */
const mostUnits = 1000;
/** Changes of settings by hand. */
const mostSettings = 200;

/**
 * A run's stream, bounded, as it is written down: start, end and the newest warning of each rule and layer whole, metrics thinned as the
 * charts' history is (whole records, evenly, spikes kept), and the first births and deaths of units and changes by hand.
 */
export class Recording {
  private start: StartEvent | undefined;
  private end: EndEvent | undefined;
  private thinned = new History(mostRecords);
  private readonly metrics = new Map<number, MetricsEvent>();
  private readonly warnings = new Map<string, WarningEvent>();
  private readonly units: UnitEvent[] = [];
  private readonly settings: SettingEvent[] = [];
  /** Births and deaths beyond those kept. */
  omitted = 0;

  take(event: StreamEvent): void {
    switch (event.event) {
      case 'start':
        // A run that goes on after its page was loaded again says it once more.
        if (!this.start) this.thinned = new History(recordsFor(event.layers.length));
        this.start = event;
        this.end = undefined;
        break;
      case 'metrics':
        this.thinned.add(event.step, { loss: event.loss, accuracy: event.accuracy, held: event.validation?.loss });
        this.metrics.set(event.step, event);
        if (this.metrics.size > 2 * mostRecords) this.forget();
        break;
      case 'unit':
        if (this.units.length < mostUnits) this.units.push(event);
        else this.omitted++;
        break;
      case 'warning':
        this.warnings.set(`${event.rule} ${event.layer}`, event);
        break;
      case 'setting':
        if (this.settings.length < mostSettings) this.settings.push(event);
        break;
      case 'end':
        this.end = event;
        break;
    }
  }

  /** What there is to write down, by step. */
  events(): StreamEvent[] {
    this.forget();
    const between = [...this.metrics.values(), ...this.units, ...this.settings, ...this.warnings.values()];
    return [
      ...(this.start ? [this.start] : []),
      ...between.sort((a, b) => a.step - b.step),
      ...(this.end ? [this.end] : []),
    ];
  }

  /** Records that the history has thinned out. */
  private forget(): void {
    const kept = new Set(this.thinned.steps);
    for (const step of this.metrics.keys()) if (!kept.has(step)) this.metrics.delete(step);
  }
}

const recordsFor = (layers: number): number =>
  Math.max(fewestRecords, Math.min(mostRecords, Math.floor(mostLayerRecords / Math.max(1, layers))));

/** A run as it is written down, but for the document it is of: the host knows where that lies. */
export interface Recorded {
  readonly head: Omit<RunHead, 'document'>;
  /** Its events as lines. */
  readonly lines: string;
}

/** As much of a run as is written down. */
export type Recordable = Pick<
  Run,
  'name' | 'began' | 'text' | 'started' | 'latest' | 'ended' | 'failure' | 'recording'
> & {
  /** The values a sweep gave it. */
  readonly set?: RunHead['set'];
};

/** What there is to write down of a run; undefined before its first update. */
export function recorded(run: Recordable): Recorded | undefined {
  const { started, latest, ended, failure, recording } = run;
  if (!started || !(latest?.step || ended)) return undefined;
  const { event: _, ...final } = latest ?? { event: undefined };
  return {
    head: {
      event: 'run',
      run: run.name,
      date: run.began,
      ...(run.set ? { set: run.set } : {}),
      seed: started.seed,
      backend: ended?.backend ?? started.backend,
      ...(started.kernels === undefined ? {} : { kernels: started.kernels }),
      reason: ended?.reason ?? (failure ? 'error' : null),
      seconds: ended?.seconds ?? null,
      final: ended?.final ?? (latest ? (final as RunHead['final']) : null),
      expect: ended?.expect ?? [],
      ...(recording.omitted > 0 ? { omitted: recording.omitted } : {}),
      text: run.text,
    },
    lines: eventLines(recording.events()),
  };
}
