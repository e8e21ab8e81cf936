import { watchedLayers, type Plan } from '../plan/plan.ts';
import type { UnitEvent, UnitSnapshot } from '../training/events.ts';
import { countsByLayer, isDead, isNearlyDead } from './metrics.ts';

/** Sentinel in the panel's typed arrays: no such step. */
const none = -1;

/** One layer's history, unit by unit; −1 for no such step. */
export interface UnitRecord {
  readonly lastActive: readonly number[];
  readonly foundDead: readonly number[];
}

/**
 * Follows every unit from evaluation to evaluation. Death is an interval: after the last evaluation that found a unit active, up to the
 * first that found it dead. Only evaluations kill or revive.
 */
export class UnitHistory {
  private readonly layers: { lastActive: Int32Array; foundDead: Int32Array }[];

  constructor(private readonly plan: Plan) {
    this.layers = watchedLayers(plan).map(({ units }) => ({
      lastActive: new Int32Array(units).fill(none),
      foundDead: new Int32Array(units).fill(none),
    }));
  }

  /** The history so far, one entry an observed layer. */
  records(): UnitRecord[] {
    return this.layers.map(({ lastActive, foundDead }) => ({ lastActive: [...lastActive], foundDead: [...foundDead] }));
  }

  /** Goes on from what `records` gave. */
  restore(records: readonly UnitRecord[]): void {
    for (const [index, { lastActive, foundDead }] of this.layers.entries()) {
      lastActive.set(records[index]!.lastActive);
      foundDead.set(records[index]!.foundDead);
    }
  }

  /** Takes an evaluation's counts; returns what changed, and a snapshot for the panel. */
  evaluated(step: number, units: Float64Array, samples: number): { events: UnitEvent[]; snapshots: UnitSnapshot[] } {
    const events: UnitEvent[] = [];
    const snapshots = countsByLayer(this.plan, units)
      .slice(0, this.layers.length)
      .map((counts, index): UnitSnapshot => {
        const { layer } = counts;
        const { lastActive, foundDead } = this.layers[index]!;
        const state = new Uint8Array(layer.units);
        const active = new Float32Array(layer.units);
        for (let unit = 0; unit < layer.units; unit++) {
          const dead = isDead(counts, unit);
          const wasDead = foundDead[unit] !== none;
          if (dead && !wasDead) {
            foundDead[unit] = step;
            const last = lastActive[unit]!;
            events.push({
              event: 'unit',
              step,
              layer: layer.layer,
              unit,
              state: 'died',
              lastActive: last === none ? null : last,
            });
          } else if (!dead) {
            if (wasDead) events.push({ event: 'unit', step, layer: layer.layer, unit, state: 'revived' });
            foundDead[unit] = none;
            lastActive[unit] = step;
          }
          state[unit] = dead ? 2 : isNearlyDead(counts, unit, samples) ? 1 : 0;
          active[unit] =
            layer.inactive === 'never'
              ? counts.of(unit, 'sum') / (samples * layer.positions)
              : counts.of(unit, 'active') / samples;
        }
        return { layer: layer.layer, active, state, lastActive: lastActive.slice(), foundDead: foundDead.slice() };
      });
    return { events, snapshots };
  }
}
