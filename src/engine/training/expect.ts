import type { Expectation } from '../spec/network.ts';
import type { EndEvent, MetricsEvent } from './events.ts';

/** Holds a run's last metrics against what the file expects; a figure that is null or absent fails. */
export function judge(expectations: readonly Expectation[], final: Omit<MetricsEvent, 'event'>): EndEvent['expect'] {
  return expectations.map((expectation) => {
    const actual = lookUp(final, expectation.metric);
    return { ...expectation, actual, passed: actual !== null && holds(actual, expectation) };
  });
}

function holds(actual: number, { op, value }: Expectation): boolean {
  switch (op) {
    case '>=':
      return actual >= value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '<':
      return actual < value;
  }
}

/** Follows a path such as `validation.accuracy` or `layers.hidden.dead`: a layer by its id. */
function lookUp(final: object, path: string): number | null {
  let at: unknown = final;
  for (const key of path.split('.')) {
    if (Array.isArray(at)) at = at.find((entry: { id?: string }) => entry.id === key);
    else if (typeof at === 'object' && at !== null) at = (at as Record<string, unknown>)[key];
    else return null;
  }
  return typeof at === 'number' ? at : null;
}
