import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSafetensors, type TensorFile } from '../../../src/engine/weights/safetensors.ts';

const cli = path.resolve('dist/cli.cjs');

export interface Outcome {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own for a suite, and the built command line run in it. */
export function workplace() {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'command-line-'))));
  after(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);
  return {
    at,
    read: (name: string): TensorFile => readSafetensors(readFileSync(at(name))),
    run: (...args: string[]) =>
      new Promise<Outcome>((resolve) => {
        execFile(process.execPath, [cli, ...args], { cwd: folder, maxBuffer: 2 ** 26 }, (error, out, err) =>
          resolve({ code: error ? error.code : 0, out, err }),
        );
      }),
  };
}

/** The events of a stream after a step, times and the run's name aside. */
export function linesAfter(out: string, step: number): string[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; step: number })
    .filter(({ event, step: at }) => event !== 'start' && at > step)
    .map((event) => JSON.stringify({ ...event, seconds: 0, stepsPerSecond: 0 }));
}
