import * as l10n from '@vscode/l10n';
import { DeviceLost, OutOfMemory } from '../backends/backend.ts';
import type { SettingEvent, UnitEvent, WarningEvent } from '../training/events.ts';
import type { TrainerOptions } from '../training/options.ts';
import type { Trainer } from '../training/trainer.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { examine } from './autopsies.ts';
import { Courtesy } from './courtesy.ts';
import { Looks } from './looks.ts';
import { buffersOf, Outbox } from './outbox.ts';
import { getReady, lookBefore } from './previews.ts';
import type { ToWorker } from './protocol.ts';
import { checkGiven, type Surroundings } from './surroundings.ts';
import { inBatches, stepsBetween, Trainers, type Started } from './trainers.ts';
import { translate } from '../words.ts';

/**
 * The training side of the panel: one run at a time, driven by messages and completions, never by timers. What it tells goes through an
 * `Outbox`, what it trains with is made by `Trainers`.
 */
export class WorkerSession {
  private trainer: Trainer | undefined;
  private pausing = false;
  /** What it pauses for, where it is to pause when units die. */
  private deaths: UnitEvent[] = [];
  /** A checkpoint was asked for and not yet handed out. */
  private wanted = false;
  /** The trainer that `train` is at work on. */
  private active: Trainer | undefined;
  /** What the batch size is to become. */
  private batchSize: number | 'all' | undefined;
  /** A later `start` overtakes one that is still preparing. */
  private generation = 0;
  private readonly out: Outbox;
  private readonly trainers: Trainers;
  private readonly looks: Looks;
  private readonly courtesy = new Courtesy();

  constructor(private readonly surroundings: Surroundings) {
    this.out = new Outbox(surroundings);
    this.trainers = new Trainers(surroundings, (started) => this.listener(started));
    this.looks = new Looks(
      async (trainer) => (await surroundings.lookBackend?.()) ?? trainer.backend,
      (look) => this.out.post({ type: 'looked', look }, buffersOf(look)),
      (message) => this.out.notice(l10n.t('The network cannot be shown: {0}', message)),
    );
  }

  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'words':
        return translate(message.bundle);
      case 'start':
        return this.start(message);
      case 'resume':
        return this.train();
      case 'pause':
        this.pausing = true;
        this.trainer?.pause();
        return;
      case 'step':
        return this.train(1);
      case 'checkpoint':
        return this.handOut(true);
      case 'setLearningRate': {
        const { learningRate, started } = this.trainers;
        const from = learningRate ?? started?.graph.network.training.learningRate ?? message.value;
        this.changedSetting('learningRate', from, message.value);
        this.trainers.learningRate = message.value;
        this.trainer?.setLearningRate(message.value);
        return;
      }
      case 'setBatchSize':
        this.batchSize = message.value;
        // While training goes on, the stretch at hand ends first.
        if (this.active) return this.trainer?.pause();
        await this.rebatch();
        return this.look();
      case 'look':
        this.looks.ask(message.request);
        // While training goes on, the next pause between two stretches is soon enough.
        if (!this.active) await this.look();
        return;
      case 'autopsy':
        return examine(message, this.surroundings);
      case 'preview':
        return lookBefore(message, this.surroundings);
      case 'getReady':
        return getReady(message, this.surroundings);
      case 'stop':
        await this.trainer?.stop();
        this.out.flush();
        return;
      case 'giveWay':
        return this.courtesy.ask();
      case 'warm':
        return this.surroundings.warm?.();
    }
  }

  private async start(message: Started['message']): Promise<void> {
    const generation = ++this.generation;
    await this.discard();
    this.out.post({ type: 'state', state: 'preparing' });
    try {
      const trainer = await this.prepare(message);
      if (generation !== this.generation) {
        trainer?.dispose();
        return;
      }
      if (!trainer) return;
      this.trainer = trainer;
      await trainer.begin(!message.paused);
      if (this.pausing && !trainer.ended) await trainer.recordNow();
      await this.trainers.save(trainer);
      await this.handOut();
    } catch (error) {
      if (!(await this.recovered(error))) return;
    }
    this.out.flush();
    if (this.trainer?.ended || message.paused || this.pausing) await this.look();
    if (this.trainer?.ended) this.out.post({ type: 'state', state: 'ended' });
    else if (message.paused || this.pausing) this.out.post({ type: 'state', state: 'paused' });
    else await this.train();
  }

  private async prepare(message: Started['message']): Promise<Trainer | undefined> {
    const { graph, dataset, problems } = await checkGiven(message);
    const errors = problems.filter((problem) => problem.severity === 'error');
    if (!graph || !dataset || errors.length > 0) {
      this.out.post({
        type: 'failed',
        message: errors[0]?.message ?? l10n.t('The network has problems.'),
        problems: errors,
      });
      return undefined;
    }
    this.out.interval = this.looks.interval = 1000 / message.metricsPerSecond;
    this.out.begin();
    this.batchSize = undefined;
    this.wanted = this.pausing = false;
    this.deaths = [];
    return this.trainers.first({ message, graph, dataset });
  }

  /** Hears a trainer of the run. */
  private listener({ graph, dataset }: Started): Pick<TrainerOptions, 'onEvent' | 'onProgress' | 'yield'> {
    return {
      onEvent: (event, units) => {
        if (!this.out.add(event, units)) return;
        if (event.event === 'warning') this.warned(event);
        else if (event.event === 'unit') this.died(event);
      },
      onProgress: (progress) => {
        if (!this.out.isDue) return;
        this.out.flush();
        this.out.post({ type: 'progress', ...progress, epochs: graph.network.training.epochs });
      },
      yield: async () => {
        if (this.trainer) await this.looks.between(this.trainer, dataset);
        await this.surroundings.yield();
        await this.courtesy.rest();
      },
    };
  }

  private async train(count?: number): Promise<void> {
    if (!this.trainer || this.trainer.ended) return;
    this.pausing = false;
    if (this.active === this.trainer) return;
    await this.looks.settled();
    this.out.post({ type: 'state', state: 'running' });
    this.out.hurry();
    const until = this.trainer.step + (count ?? Infinity);
    for (;;) {
      const trainer: Trainer | undefined = this.trainer;
      if (!trainer) return;
      this.active = trainer;
      try {
        if (trainer.ended || this.pausing || trainer.step >= until) {
          // What happened since the last record shows at once when training stands still.
          if (!trainer.ended) {
            await trainer.recordNow();
            this.tellDeaths();
          }
          break;
        }
        await trainer.run(Math.min(until - trainer.step, stepsBetween(trainer)));
        if (trainer !== this.trainer) return;
        await this.trainers.save(trainer);
        this.active = undefined;
        await this.rebatch();
        await this.handOut();
      } catch (error) {
        if (trainer !== this.trainer || !(await this.recovered(error))) return;
      } finally {
        if (this.active === trainer) this.active = undefined;
      }
    }
    await this.handOut();
    this.out.flush();
    this.out.post({ type: 'state', state: this.trainer.ended ? 'ended' : 'paused' });
    await this.look();
  }

  /** Training pauses itself at the record where a rule fires, if the person wants that. */
  private warned({ severity, rule, layer, step }: WarningEvent): void {
    const { pauseOn } = this.trainers.started?.message ?? {};
    if (pauseOn === undefined || pauseOn === 'death') return;
    if (severity === 'info' || (pauseOn === 'error' && severity !== 'error')) return;
    this.pausing = true;
    this.trainer?.pause();
    this.out.notice(
      layer === null
        ? l10n.t('Paused at step {0}: {1} fired.', step, rule)
        : l10n.t('Paused at step {0}: {1} fired in {2}.', step, rule, layer),
    );
  }

  /** Training pauses itself at the record that finds a unit dead which was alive, if the person wants that. */
  private died(event: UnitEvent): void {
    if (this.trainers.started?.message.pauseOn !== 'death' || event.state !== 'died' || event.lastActive === null)
      return;
    this.deaths.push(event);
    this.pausing = true;
    this.trainer?.pause();
  }

  /** Says which units training paused for. */
  private tellDeaths(): void {
    const [first, ...others] = this.deaths.splice(0);
    if (!first) return;
    const { step, layer, unit, lastActive } = first;
    const from = (lastActive ?? 0) + 1;
    this.out.notice(
      others.length === 0
        ? l10n.t('Paused at step {0}: unit {1} of {2} died in steps {3} to {0}.', step, unit, layer, from)
        : l10n.t(
            'Paused at step {0}: {4} units died, the first unit {1} of {2}, in steps {3} to {0}.',
            step,
            unit,
            layer,
            from,
            others.length + 1,
          ),
    );
  }

  private changedSetting(setting: SettingEvent['setting'], from: SettingEvent['from'], to: SettingEvent['to']): void {
    const { trainer } = this;
    if (trainer && !trainer.ended && from !== to)
      this.out.add({ event: 'setting', step: trainer.step, setting, from, to });
  }

  /** Lets the run go on in batches of the size it is to have: the same run, made anew from where it stands. */
  private async rebatch(): Promise<void> {
    const { trainer, batchSize } = this;
    const { started } = this.trainers;
    if (batchSize === undefined || !trainer || !started || trainer.ended) return;
    this.batchSize = undefined;
    const from = started.graph.network.training.batchSize;
    if (from === batchSize) return;
    const resized = inBatches(started, batchSize);
    let next: Trainer;
    try {
      next = await this.trainers.after(trainer, resized);
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      this.out.notice(l10n.t('The batch size of this run stays {0}. {1}', from, error.message));
      return;
    }
    if (trainer !== this.trainer) return next.dispose();
    this.trainers.started = resized;
    trainer.dispose();
    this.trainer = next;
    this.changedSetting('batchSize', from, batchSize);
    await next.begin();
    await this.trainers.save(next);
  }

  /** What the panel asked to see, of a run that stands still. */
  private async look(): Promise<void> {
    const { started } = this.trainers;
    if (this.trainer && started) await this.looks.look(this.trainer, started.dataset);
  }

  /** Posts a checkpoint if one is wanted: at once while training stands still, else once it has paused for it. */
  private async handOut(wanted = this.wanted): Promise<void> {
    const { trainer, active } = this;
    this.wanted = wanted && trainer !== undefined;
    if (!this.wanted || !trainer) return;
    if (active === trainer) return trainer.pause();
    this.wanted = false;
    const file = await trainer.checkpoint();
    if (trainer !== this.trainer) return;
    this.out.flush();
    const bytes = writeSafetensors(file);
    this.out.post({ type: 'checkpoint', step: Number(file.metadata['step']), bytes }, [bytes.buffer as ArrayBuffer]);
  }

  /**
   * After a lost device: the same run on one found anew, from the last checkpoint; on wasm when that was lost too often or none is found.
   * Any other error ends the run. Gives whether the run goes on.
   */
  private async recovered(error: unknown): Promise<boolean> {
    const { generation, trainer: lost } = this;
    const { started } = this.trainers;
    if (!(error instanceof DeviceLost) || !started) {
      const message = error instanceof Error ? error.message : String(error);
      this.out.post({ type: 'failed', message, problems: [] });
      return false;
    }
    this.out.repeat();
    try {
      const trainer = await this.trainers.afterLoss(started, error.message);
      if (generation !== this.generation) {
        trainer.dispose();
        return false;
      }
      lost?.dispose();
      this.trainer = trainer;
      await trainer.begin();
      this.out.notice(
        l10n.t('The GPU was lost; training went on from step {0} on {1}.', trainer.step, trainer.backend.name),
      );
      return true;
    } catch (again) {
      return this.recovered(again);
    }
  }

  /** Ends the run before, so that its memory is free, or the next one's. */
  private async discard(): Promise<void> {
    const { trainer } = this;
    this.trainer = undefined;
    if (!trainer) return;
    await this.looks.settled();
    this.looks.forget();
    // A device that is gone takes its last evaluation with it.
    await trainer.stop().catch(() => undefined);
    this.out.clear();
    trainer.retire();
  }
}
