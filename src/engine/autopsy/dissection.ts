import type { Session } from '../backends/backend.ts';
import type { Plan } from '../plan/plan.ts';
import { probeOf } from '../training/probe.ts';
import { epochOrder, stepRow } from '../training/steps.ts';
import type { Trainer } from '../training/trainer.ts';
import type { Weights } from '../weights/weights.ts';
import type { RecordedRun } from './replay.ts';
import type { Cut, UnitPlace } from './unitPlace.ts';

/** Parts of a change of z, which add up to it; null where there is nothing to change. */
export interface Parts {
  readonly weights: number | null;
  readonly bias: number | null;
  /** All else: the layers before, and a normalisation's statistics. */
  readonly inputs: number;
}

/** So large a learning rate leaves of an update's rounding nothing that matters in a gradient read off it; a power of two rounds nothing itself. */
const gradientRate = 2 ** 20;

/** Samples that are looked at at once: bounds the memory that a wide layer takes. */
const chunk = 256;

/** Looks into one unit at given weights, on the backend of the run, in sessions of their own: what it is given, and what of it moved. */
export class Dissection {
  private constructor(
    private readonly place: UnitPlace,
    private readonly sums: Session,
    private readonly inputs: Session | undefined,
    private readonly probe: Uint32Array,
  ) {}

  /** Throws OutOfMemory. */
  static async of(run: RecordedRun, plan: Plan, place: UnitPlace): Promise<Dissection> {
    const probe = probeOf(run.dataset, run.graph.network.seed);
    const sums = await prepare(run, plan, place.z);
    const inputs = place.input && (await prepare(run, plan, place.input));
    return new Dissection(place, sums, inputs, probe);
  }

  /** The largest z of the unit over the probe and all positions. */
  async largest({ parameters, state }: Weights): Promise<number> {
    const { units, unit } = this.place;
    this.sums.setParameters(parameters);
    this.sums.setState(state);
    let most = -Infinity;
    await this.each(this.sums, (values) => {
      for (let i = unit; i < values.length; i += units) most = Math.max(most, values[i]!);
    });
    return most;
  }

  /** Mean of what the unit's layer takes in, over the probe; null where no layer has weights for it. */
  async inputMean({ parameters, state }: Weights): Promise<number | null> {
    const { input } = this.place;
    if (!this.inputs || !input) return null;
    this.inputs.setParameters(parameters);
    this.inputs.setState(state);
    let sum = 0;
    await this.each(this.inputs, (values) => {
      for (const value of values) sum += value;
    });
    return sum / (this.probe.length * input.width);
  }

  /**
   * How much of the change of the largest z came from the unit's weights, from its bias, and from what it is given: each one's effect, averaged
   * over the orders in which the three may change (Shapley 1953), so that they add up whatever sample is the largest.
   */
  async parts(before: Weights, after: Weights): Promise<Parts> {
    const { kernel, scales, shifts } = this.place;
    const own = { weights: [...kernel, ...scales], bias: [...shifts] };
    const names = (['weights', 'bias'] as const).filter((name) => own[name].length > 0);
    const groups = names.length + 1;
    /** The largest z once the groups in `changed`, a bit each, are as after; the last bit is for the inputs. */
    const values: number[] = [];
    for (let changed = 0; changed < 2 ** groups; changed++) {
      const isChanged = (group: number) => ((changed >> group) & 1) === 1;
      const inputs = isChanged(groups - 1) ? after : before;
      const parameters = inputs.parameters.slice();
      for (const [group, name] of names.entries()) {
        const from = (isChanged(group) ? after : before).parameters;
        for (const i of own[name]) parameters[i] = from[i]!;
      }
      values.push(await this.largest({ parameters, state: inputs.state }));
    }
    const part = (group: number) => shapley(values, group, groups);
    const of = (name: 'weights' | 'bias') => (names.includes(name) ? part(names.indexOf(name)) : null);
    return { weights: of('weights'), bias: of('bias'), inputs: part(groups - 1) };
  }

  dispose(): void {
    this.sums.dispose();
    this.inputs?.dispose();
  }

  private async each(session: Session, visit: (values: Float32Array) => void): Promise<void> {
    for (let start = 0; start < this.probe.length; start += chunk)
      visit(await session.predict(this.probe.subarray(start, start + chunk)));
  }
}

/** The run's plan with its evaluation cut short at a value, which it predicts. */
const prepare = (run: RecordedRun, plan: Plan, cut: Cut): Promise<Session> =>
  session(run, { ...plan, evaluate: { forward: cut.forward }, output: { ref: cut.ref, width: cut.width } });

async function session({ graph, dataset, backend }: RecordedRun, plan: Plan): Promise<Session> {
  const session = await backend.prepare(plan, graph.network.seed);
  const restores = graph.network.training.target === 'input';
  session.setData(dataset.features, restores ? new Float32Array(0) : dataset.targets);
  return session;
}

/**
 * The gradient that a trainer's update to `step` was made of, in the parameters' layout: penalties in, before clipping. It is read off a plain
 * update, w − rate · gradient.
 */
export async function gradientOf(
  run: RecordedRun,
  { plan, batches }: Pick<Trainer, 'plan' | 'batches'>,
  { parameters, state }: Weights,
  step: number,
): Promise<Float32Array> {
  const plain = { ...plan.optimizer, name: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, clipNorm: 0 } as const;
  const optimizer = { ...plain, slotCount: 0 };
  const update = plan.train.update.map((op) => (op.op === 'update' ? { ...op, optimizer } : op));
  const updating = await session(run, {
    ...{ ...plan, optimizer, sizes: { ...plan.sizes, slots: 0 }, train: { ...plan.train, update } },
  });
  try {
    updating.setParameters(parameters);
    updating.setState(state);
    updating.setOrder(epochOrder(run.graph, run.dataset, batches.at(step - 1).epoch));
    await updating.run([stepRow(plan, batches, step - 1, gradientRate, false)]);
    const after = await updating.parameters();
    return parameters.map((value, i) => (value - after[i]!) / gradientRate);
  } finally {
    updating.dispose();
  }
}

/** One group's share: what it adds to each set of the others, weighed by in how many orders that set comes first. */
function shapley(values: readonly number[], group: number, groups: number): number {
  let sum = 0;
  for (let others = 0; others < values.length; others++) {
    if ((others >> group) & 1) continue;
    const size = Array.from({ length: groups }, (_, g) => (others >> g) & 1).reduce((a, b) => a + b, 0);
    const orders = (factorial(size) * factorial(groups - size - 1)) / factorial(groups);
    sum += orders * (values[others | (1 << group)]! - values[others]!);
  }
  return sum;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
