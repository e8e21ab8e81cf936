import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { EndEvent, MetricsEvent, StartEvent, StreamEvent } from '../../src/engine/training/events.ts';
import { softwareEnvironment } from './webgpuSupport.ts';

/** The built command line in a process of its own, as a person runs it. */
async function train(env: NodeJS.ProcessEnv, ...args: string[]): Promise<StreamEvent[]> {
  const command = [
    path.resolve('dist/cli.cjs'),
    'train',
    'samples/iris.nn.json',
    '--jsonl',
    '--steps',
    '12',
    '--set',
    'expect=[]',
    ...args,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StreamEvent);
}

describe('rectifier train --backend webgpu', function () {
  this.timeout(60_000);

  it('trains on the graphics device, near what wasm gives', async () => {
    const expected = await train(process.env, '--backend', 'wasm', '--metrics-every', '1');
    const events = await train(await softwareEnvironment(), '--backend', 'webgpu', '--metrics-every', '1');
    const [start, end] = [events[0] as StartEvent, events.at(-1) as EndEvent];
    assert.equal(start.backend, 'webgpu');
    assert.deepEqual([end.reason, end.step], ['completed', 12]);
    const losses = (of: StreamEvent[]) =>
      of.filter((event): event is MetricsEvent => event.event === 'metrics').map(({ loss }) => loss ?? 0);
    assert.equal(losses(events).length, 13);
    for (const [i, loss] of losses(events).entries()) {
      const wanted = losses(expected)[i]!;
      assert.ok(Math.abs(loss - wanted) <= 1e-3 * wanted, `record ${i}: ${loss}, not ${wanted}`);
    }
  });

  it('says what to do where there is no device', async () => {
    const env = { ...process.env, VK_ICD_FILENAMES: path.resolve('nowhere.json') };
    await assert.rejects(train(env, '--backend', 'webgpu'), (error: Error & { code: number; stderr: string }) => {
      assert.equal(error.code, 3);
      assert.match(
        error.stderr,
        /^rectifier: WebGPU found no graphics adapter on this machine\. Use --backend wasm.*\n$/,
      );
      return true;
    });
  });
});
