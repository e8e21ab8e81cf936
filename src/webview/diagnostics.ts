/* eslint-disable rectifier/words -- bug reports are read in English */
import type { Settings } from './hostProtocol.ts';
import type { Run } from './run/runState.ts';

/** What computes, what could, and why: for Copy Diagnostics. */
export function describeBackends(settings: Settings, run: Run | undefined): string {
  const start = run?.started;
  return [
    `Backend setting: ${settings.backend}`,
    start
      ? `Backend in use: ${start.backend}${start.kernels ? ` (${start.kernels})` : ''}, ${start.device}`
      : 'No run yet.',
    ...(start ? [`Reason: ${start.reason}`] : []),
    `WebGPU: ${'gpu' in navigator ? 'offered by this page' : 'not offered by this page'}`,
    `WebAssembly: ${typeof WebAssembly === 'object' ? 'available' : 'missing'}`,
    `Processors: ${navigator.hardwareConcurrency}`,
  ].join('\n');
}
