import { integer, number, type Fields, type NamedRow } from './spec/fields.ts';

/** A schedule with every parameter filled in. */
export interface Schedule {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}

interface ScheduleRow extends NamedRow {
  readonly parameters: Fields;
  /** The learning rate's factor at update s of S, s counted from 0. */
  factor(s: number, steps: number, parameters: Schedule['parameters']): number;
}

const warmupSteps = integer(
  'Warm-up steps',
  'Updates over which the learning rate grows to its full size.',
  'Goyal et al. 2017, §2.2',
  { advice: 'For large batches and learning rates.', default: 0, minimum: 0 },
);

/** How the learning rate may change from update to update. */
export const schedules = [
  {
    name: 'constant',
    label: 'Constant',
    doc: 'The learning rate stays as it is.',
    parameters: { warmupSteps },
    factor: () => 1,
  },
  {
    name: 'step',
    label: 'Step',
    doc: 'Multiplied by `factor` after each `every` updates.',
    parameters: {
      every: integer('Every', 'Updates between two changes.', 'He, Zhang, Ren & Sun 2016, §3.4', {
        advice: 'A third of the run, say.',
      }),
      factor: number('Factor', 'What the learning rate is multiplied by.', 'He, Zhang, Ren & Sun 2016, §3.4', {
        advice: '0.1 is usual.',
        minimum: 0,
      }),
      warmupSteps,
    },
    factor: (s, _steps, { every = 1, factor = 1 }) => factor ** Math.floor(s / every),
  },
  {
    name: 'exponential',
    label: 'Exponential',
    doc: 'Multiplied by `rate` after each update.',
    parameters: {
      rate: number(
        'Rate',
        'What each update multiplies the learning rate by.',
        'Goodfellow, Bengio & Courville 2016, §8.3.1',
        { advice: '0.999 halves it every 700 updates.', minimum: 0 },
      ),
      warmupSteps,
    },
    factor: (s, _steps, { rate = 1 }) => rate ** s,
  },
  {
    name: 'cosine',
    label: 'Cosine',
    doc: 'Half a cosine from the full learning rate down to 0 at the end (Loshchilov & Hutter 2017).',
    parameters: { warmupSteps },
    // A run of no steps has a learning rate too, in its record of step 0.
    factor: (s, steps) => 0.5 * (1 + Math.cos((Math.PI * s) / Math.max(steps, 1))),
  },
] as const satisfies readonly ScheduleRow[];

const byName = new Map<string, ScheduleRow>(schedules.map((row) => [row.name, row]));

/** The row of a name that parsing has accepted. */
export function scheduleRow(name: string): ScheduleRow {
  const row = byName.get(name);
  if (!row) throw new Error(`No schedule named "${name}".`);
  return row;
}

/** What the learning rate's factor is at update s of S, warm-up included; s counts from 0. */
export function factorOf({ name, parameters }: Schedule): (s: number, steps: number) => number {
  const { warmupSteps = 0 } = parameters;
  // Looked up once: a step of a small network takes no longer than that.
  const row = scheduleRow(name);
  return (s, steps) => (s < warmupSteps ? Math.min(1, (s + 1) / warmupSteps) : 1) * row.factor(s, steps, parameters);
}

/** The factor at one update. */
export const scheduleFactor = (schedule: Schedule, s: number, steps: number): number => factorOf(schedule)(s, steps);
