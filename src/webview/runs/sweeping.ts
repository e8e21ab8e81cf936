import * as l10n from '@vscode/l10n';
import { parse } from '../../engine/spec/parse.ts';
import type { FromWorker } from '../../engine/worker/protocol.ts';
import { dataFileOf } from '../dataFile.ts';
import type { WorkerHandle } from '../run/training.ts';
import type { Entry } from './groups.ts';
import type { FromRuns, OpenNetwork, ToRuns } from './hostProtocol.ts';
import { Sweep } from './sweep.ts';
import { mostPlanned, planSweep, sizeOf, type Planned, type SweepChoices } from './sweepPlan.ts';

/** Runs of one sweep where the storage bounds how many are kept. */
const mostStored = 150;

export interface SweepingSurroundings {
  readonly post: (message: FromRuns) => void;
  /** What is recorded now. */
  readonly entries: () => readonly Entry[];
  /** Lays these runs over each other, and no others. */
  readonly show: (files: readonly string[]) => void;
  readonly makeWorker: (receive: (message: FromWorker) => void) => WorkerHandle;
  readonly changed: () => void;
  /** What was chosen in the page before it was loaded again. */
  readonly remembered: Partial<SweepChoices>;
  readonly remember: (choices: SweepChoices) => void;
}

/** What a person wants to sweep, and the sweep under way. */
export class Sweeping {
  /** The form is open. */
  open = false;
  networks: readonly OpenNetwork[] = [];
  /** Whether runs go to a folder of the person's, which keeps all. */
  ownFolder = false;
  choices: SweepChoices = { activations: [], weights: [], biases: [], learningRates: [], seeds: 3 };
  workers = Math.max(1, navigator.hardwareConcurrency - 1);
  sweep: Sweep | undefined;
  /** Why the last one could not begin. */
  trouble: string | undefined;
  private document: string | undefined;
  private readonly waiting = new Map<number, (message: Extract<ToRuns, { type: 'data' }>) => void>();
  private requests = 0;
  private planned: { key: string; plan: readonly Planned[]; fault?: string } | undefined;

  constructor(private readonly around: SweepingSurroundings) {
    this.choices = { ...this.choices, ...around.remembered };
  }

  /** The network to sweep: the chosen one, else the one worked on last. */
  get network(): OpenNetwork | undefined {
    return this.networks.find(({ document }) => document === this.document) ?? this.networks[0];
  }

  get running(): boolean {
    return this.sweep?.running === true;
  }

  receive(message: Extract<ToRuns, { type: 'networks' | 'data' }>): void {
    if (message.type === 'networks') this.networks = message.networks;
    else {
      this.waiting.get(message.request)?.(message);
      this.waiting.delete(message.request);
    }
  }

  toggle(): void {
    this.open = !this.open;
    this.around.changed();
  }

  chooseNetwork(document: string): void {
    this.document = document;
    this.around.changed();
  }

  set(choices: Partial<SweepChoices>): void {
    this.choices = { ...this.choices, ...choices };
    this.trouble = undefined;
    this.around.remember(this.choices);
    this.around.changed();
  }

  setWorkers(workers: number): void {
    this.workers = workers;
    this.around.changed();
  }

  /** Every run there is to make, or why there can be none. */
  get plan(): { readonly plan: readonly Planned[]; readonly fault?: string } {
    const { network, choices } = this;
    const key = JSON.stringify([network?.text, choices, this.ownFolder]);
    if (this.planned?.key === key) return this.planned;
    const most = this.ownFolder ? mostPlanned : mostStored;
    let made: { plan: readonly Planned[]; fault?: string } = { plan: [] };
    try {
      if (sizeOf(choices) > most)
        made.fault = this.ownFolder
          ? l10n.t('{0} runs are too many: at most {1}.', sizeOf(choices), most)
          : l10n.t('{0} runs are too many: at most {1}, more in a folder of your choice.', sizeOf(choices), most);
      else if (network) made.plan = planSweep(network.text, choices);
    } catch (error) {
      made = { plan: [], fault: error instanceof Error ? error.message : String(error) };
    }
    this.planned = { key, ...made };
    return this.planned;
  }

  /** Recorded runs that are of the plan: of the very same text, and over. */
  get recorded(): Entry[] {
    const texts = new Set(this.plan.plan.map(({ text }) => text));
    return this.around
      .entries()
      .filter(({ head }) => texts.has(head.text) && (head.reason === 'completed' || head.reason === 'diverged'));
  }

  /** What of the plan is not recorded yet. */
  get missing(): Planned[] {
    const made = new Set(this.recorded.map(({ head }) => head.text));
    return this.plan.plan.filter(({ text }) => !made.has(text));
  }

  show(): void {
    this.around.show(this.recorded.map(({ file }) => file));
  }

  /** Makes what is missing. */
  async start(): Promise<void> {
    const { network, missing } = this;
    if (!network || this.running) return;
    this.trouble = undefined;
    const data = parse(network.text).network?.data ?? {};
    try {
      const { dataFile } = await dataFileOf(data, {
        readFile: (path) => this.readData(network.document, path),
      });
      if (this.running) return;
      this.show();
      this.sweep = new Sweep(missing, this.workers, {
        makeWorker: this.around.makeWorker,
        dataFile,
        record: (run) => this.around.post({ type: 'recordRun', document: network.document, ...run }),
        changed: this.around.changed,
      });
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    this.around.changed();
  }

  cancel(): void {
    this.sweep?.cancel();
  }

  private readData(document: string, path: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const request = ++this.requests;
      this.waiting.set(request, ({ bytes, error }) => {
        if (bytes) resolve(bytes);
        else reject(new Error(`${path}: ${error ?? l10n.t('it could not be read')}`));
      });
      this.around.post({ type: 'readData', request, document, path });
    });
  }
}
