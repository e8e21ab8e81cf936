import * as l10n from '@vscode/l10n';
import type { Look } from '../../engine/look/look.ts';
import type { LocatedProblem } from '../../engine/spec/problems.ts';
import type {
  EndEvent,
  LayerMetrics,
  MetricsEvent,
  SettingEvent,
  StartEvent,
  StreamEvent,
  UnitSnapshot,
  WarningEvent,
} from '../../engine/training/events.ts';
import type { FromWorker, RunState } from '../../engine/worker/protocol.ts';
import { byId, grouped } from '../byId.ts';
import { drawnById, inactivity, runKey, type Drawing, type DrawnLayer } from '../document.ts';
import { History } from './history.ts';
import { Recording } from './recording.ts';

export type Progress = Omit<Extract<FromWorker, { type: 'progress' }>, 'type'>;

/** A unit that changed state a short while ago. */
export interface UnitChange {
  readonly step: number;
  readonly state: 'died' | 'revived';
}

/** What the panel knows of a training run, gathered from the worker's messages. */
export class Run {
  /** Its name, in its `start` event and wherever it is kept. */
  readonly name: string = crypto.randomUUID();
  /** When it began, ISO 8601. */
  readonly began: string = new Date().toISOString();
  state: RunState = 'preparing';
  started: StartEvent | undefined;
  latest: MetricsEvent | undefined;
  progress: Progress | undefined;
  ended: EndEvent | undefined;
  failure: { message: string; problems: readonly LocatedProblem[] } | undefined;
  /** What was last seen of the network itself. */
  look: Look | undefined;
  readonly history = new History();
  /** Warnings by rule and layer: the newest of each. */
  readonly warnings = new Map<string, WarningEvent>();
  private warned: ReadonlyMap<string, readonly WarningEvent[]> | undefined;
  /** Settings that were changed on the way. */
  readonly settings: SettingEvent[] = [];
  readonly units = new Map<string, UnitSnapshot>();
  /** The last change of each unit, by layer. */
  readonly changes = new Map<string, Map<number, UnitChange>>();
  /** Steps at which units died or revived, thinned to one a mark. */
  readonly deaths = new History();
  /** What is written down of it. */
  readonly recording = new Recording();
  /** Says what the run depends on; compared with the file as it is now. */
  readonly key: string;

  constructor(
    readonly drawing: Drawing,
    /** The network file's text it was started with. */
    readonly text: string,
    /** Counted from 1 while the panel is open. */
    readonly number = 1,
  ) {
    this.key = runKey(drawing);
  }

  get ongoing(): boolean {
    return this.state !== 'ended';
  }

  /** Takes in a message; gives whether the state is another one, or it tells of the first step: a person waits for either. */
  receive(message: FromWorker): boolean {
    switch (message.type) {
      case 'ready':
      case 'notice':
      case 'checkpoint':
      case 'autopsyAt':
      case 'autopsy':
      case 'autopsyFailed':
      case 'previewed':
      case 'previewFailed':
        return false;
      case 'state': {
        const changed = this.state !== message.state;
        this.state = message.state;
        return changed;
      }
      case 'progress': {
        const { type: _, ...progress } = message;
        const isFirst = this.progress === undefined;
        this.progress = progress;
        return isFirst;
      }
      case 'events':
        for (const event of message.events) this.take(event);
        for (const snapshot of message.units ?? []) this.units.set(snapshot.layer, snapshot);
        return message.events.some(({ event }) => event === 'start' || event === 'end');
      case 'looked':
        this.look = { ...this.stillTrue(message.look.step), ...message.look };
        return false;
      case 'failed':
        this.failure = message;
        this.state = 'ended';
        return true;
    }
  }

  /** What the network gives is not worked out while nobody sees it; at the same step it is what it was. */
  private stillTrue(step: number): Pick<Look, 'output'> {
    const { output, step: then } = this.look ?? {};
    return output && then === step ? { output } : {};
  }

  private take(event: StreamEvent): void {
    this.recording.take(event);
    switch (event.event) {
      case 'start':
        this.started = event;
        break;
      case 'metrics':
        this.latest = event;
        this.history.add(event.step, columnsOf(event));
        break;
      case 'unit':
        if (!this.changes.has(event.layer)) this.changes.set(event.layer, new Map());
        this.changes.get(event.layer)!.set(event.unit, { step: event.step, state: event.state });
        this.deaths.add(event.step, event.state === 'died' ? { died: 1 } : { revived: 1 });
        break;
      case 'setting':
        this.settings.push(event);
        break;
      case 'warning':
        this.warnings.set(`${event.rule} ${event.layer}`, event);
        this.warned = undefined;
        break;
      case 'end':
        this.ended = event;
        this.state = 'ended';
        break;
    }
  }

  /** Whether what was measured is still of this layer: the file may have given its id to another one, or changed it. */
  holdsFor(now: DrawnLayer): boolean {
    const then = drawnById(this.drawing.layers, now.layer.id);
    return then !== undefined && measured(then) === measured(now);
  }

  /** The newest metrics of a layer. */
  metricsOf(id: string): LayerMetrics | undefined {
    return this.latest && byId(this.latest.layers, id, (layer) => layer.id);
  }

  /** What was said of a layer. */
  warningsOf(id: string): readonly WarningEvent[] {
    this.warned ??= grouped(this.warnings.values(), ({ layer }) => layer);
    return this.warned.get(id) ?? [];
  }

  /** Dead units among all that can die; undefined where none can. */
  get dead(): { dead: number; of: number } | undefined {
    const mortal = this.latest?.layers.filter(({ id }) => canDie(this.drawing, id)) ?? [];
    if (mortal.length === 0) return undefined;
    return {
      dead: mortal.reduce((sum, { dead }) => sum + dead, 0),
      of: mortal.reduce((sum, { units }) => sum + units, 0),
    };
  }
}

/** What of a layer its figures depend on. */
const measured = ({ layer, graph }: DrawnLayer): string =>
  JSON.stringify([layer.type, graph?.units, layer.fields.activation]);

/** Whether units of a layer can die: only where some inputs give exactly nothing. */
export function canDie(drawing: Drawing, id: string): boolean {
  const layer = drawnById(drawing.layers, id);
  return layer !== undefined && inactivity(layer) !== 'never';
}

/** What a layer's units are called that nothing makes active. */
export function deadWord(drawing: Drawing, id: string): string {
  const layer = drawnById(drawing.layers, id);
  return layer && inactivity(layer) === 'negative' ? l10n.t('always negative') : l10n.t('dead');
}

/** Column names of a layer's series in the history. */
export const layerColumn = (kind: 'dead' | 'gradient' | 'sparsity' | 'update', id: string): string => `${kind} ${id}`;

/** What was measured at a record's own step: figures of an evaluation made before it are repeated there, and left out here. */
export function columnsOf(event: MetricsEvent): Record<string, number | null> {
  const evaluated = event.evaluated.step === event.step;
  const row: Record<string, number | null> = { loss: event.loss };
  if (event.accuracy !== undefined) row['accuracy'] = event.accuracy;
  if (evaluated && event.validation) row['validationLoss'] = event.validation.loss;
  if (evaluated && event.validation?.accuracy !== undefined) row['validationAccuracy'] = event.validation.accuracy;
  for (const layer of event.layers) {
    row[layerColumn('gradient', layer.id)] = layer.gradientNorm;
    row[layerColumn('update', layer.id)] = layer.updateRatio;
    if (!evaluated) continue;
    row[layerColumn('dead', layer.id)] = layer.dead;
    row[layerColumn('sparsity', layer.id)] = layer.sparsity;
  }
  return row;
}
