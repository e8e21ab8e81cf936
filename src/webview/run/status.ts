import * as l10n from '@vscode/l10n';
import { count } from '../format.ts';
import { canDie, deadWord, type Run } from './runState.ts';

/** What the panel says of a run in one line, its numbers without gaps, as they are read out best; e.g. "Epoch 12 of 500, loss 0.41, 3 of 50 units dead, wasm". */
export function statusText(run: Run | undefined): string {
  if (!run) return l10n.t('Not trained yet');
  if (run.failure) return l10n.t('Training failed: {0}', run.failure.message);
  if (run.state === 'preparing') return l10n.t('Preparing to train');
  const text = [position(run), ...figures(run)].join(', ');
  if (run.state === 'paused') return l10n.t('Paused. {0}', text);
  if (run.state === 'ended') return l10n.t('{0}. {1}', endText(run), text);
  return text;
}

function position(run: Run): string {
  const { progress, latest } = run;
  const epoch = Math.max(progress?.epoch ?? 0, latest?.epoch ?? 0);
  return l10n.t('Epoch {0} of {1}', epoch, progress?.epochs ?? run.drawing.network.training.epochs);
}

function figures(run: Run): string[] {
  const loss = run.latest?.loss ?? run.progress?.loss;
  const { dead } = run;
  return [
    ...(loss === null || loss === undefined ? [] : [l10n.t('loss {0}', spoken(loss))]),
    ...(dead
      ? [dead.of === 1 ? l10n.t('{0} of 1 unit dead', dead.dead) : l10n.t('{0} of {1} units dead', dead.dead, dead.of)]
      : []),
    ...(run.started ? [run.started.backend] : []),
  ];
}

/** Two digits without a power of ten where there is a choice, as they are read out best: 0.0042. */
const spoken = (value: number): string => String(Number(value.toPrecision(2)));

/** How a run ended. */
export function endText({ ended }: Run): string {
  switch (ended?.reason) {
    case 'completed':
      return l10n.t('Completed');
    case 'diverged':
      return ended.tensor
        ? l10n.t('Diverged at step {0}: {1} was no longer finite', ended.step, ended.tensor)
        : l10n.t('Diverged at step {0}', ended.step);
    case 'device_lost':
      return l10n.t('The device was lost');
    case 'error':
      return ended.message ? l10n.t('Failed: {0}', ended.message) : l10n.t('Failed');
    case 'stopped':
    case undefined:
      return l10n.t('Stopped');
  }
}

/** Where most units are dead, though no rule speaks up: "25 of 64 units of dense1 are dead". */
export function deadText(run: Run): string | undefined {
  const layers = (run.latest?.layers ?? []).filter(({ id, dead }) => dead > 0 && canDie(run.drawing, id));
  const [first] = layers.sort((a, b) => b.dead / b.units - a.dead / a.units);
  if (!first) return undefined;
  const state = deadWord(run.drawing, first.id);
  const text =
    first.units === 1
      ? l10n.t('The only unit of {0} is {1}', first.id, state)
      : first.dead === 1
        ? l10n.t('1 of {0} units of {1} is {2}', count(first.units), first.id, state)
        : l10n.t('{0} of {1} units of {2} are {3}', count(first.dead), count(first.units), first.id, state);
  return layers.length === 1
    ? l10n.t('{0}.', text)
    : l10n.t('{0}, the largest share of {1} layers with such units.', text, count(layers.length));
}

/** A screen reader is told of progress at most this often. */
export const announceEvery = 5000;

/** A run that has begun soon has more to say than that: so many milliseconds after a change of state, by the states before and after it. */
const settling: Record<string, number> = { 'idle preparing': 2000, 'preparing running': 500 };

/** Lets a changing text through once the state changed and has settled, else at most every `interval` milliseconds. */
export class Announcer {
  private due = -Infinity;
  private state = '';
  text = '';

  constructor(private readonly interval = announceEvery) {}

  /** Gives the text to announce now, and the milliseconds after which to ask again if it is behind. */
  offer(text: string, state: string, now: number): { text: string; again?: number } {
    if (state !== this.state) {
      // At once, too, where what was said of the run before would be taken for this one's.
      this.due = now + (settling[`${this.state} ${state}`] ?? 0);
      this.state = state;
    }
    if (now >= this.due) {
      this.text = text;
      this.due = now + this.interval;
    }
    return text === this.text ? { text: this.text } : { text: this.text, again: this.due - now };
  }
}
