import { render } from 'lit';
import { watchTheme } from '../theme.ts';
import { runsApp } from './app.ts';
import type { FromRuns, ToRuns } from './hostProtocol.ts';
import { RunsPanel } from './store.ts';
import type { SweepChoices } from './sweepPlan.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromRuns): void;
  getState(): Partial<SweepChoices> | undefined;
  setState(choices: SweepChoices): void;
};

const known = { runs: true, written: true, run: true, networks: true, data: true } as const satisfies Record<
  ToRuns['type'],
  true
>;

const isToRuns = (value: unknown): value is ToRuns =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  Object.hasOwn(known, value.type);

/** Begins the page that compares runs. */
export function startRuns(): void {
  const api = acquireVsCodeApi();
  const panel = new RunsPanel(
    (message) => api.postMessage(message),
    () => render(runsApp(panel), document.body),
    { remembered: api.getState() ?? {}, remember: (choices) => api.setState(choices) },
  );
  addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isToRuns(data)) panel.receive(data);
  });
  addEventListener('resize', panel.changed);
  watchTheme(panel.changed);
  api.postMessage({ type: 'ready' });
}
