import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserArguments, findBrowser } from '../../scripts/browser.mjs';
import { sharedOptions } from '../../scripts/build.mjs';
import type { EndEvent, StreamEvent } from '../../src/engine/training/events.ts';
import type { FromWorker, ToWorker } from '../../src/engine/worker/protocol.ts';

/** A CNN small enough for a device made of software. */
const text = JSON.stringify({
  version: 1,
  seed: 3,
  data: { source: 'glyphs', samples: 60 },
  layers: [
    { id: 'conv', type: 'conv2d', filters: 4, kernelSize: 3, activation: 'relu' },
    { id: 'pool', type: 'max_pool2d' },
    { id: 'flat', type: 'flatten' },
    { id: 'drop', type: 'dropout', rate: 0.2 },
    { id: 'hidden', type: 'dense', units: 8, activation: 'maxout' },
    { id: 'output', type: 'dense', units: 10, activation: 'softmax', weights: 'glorot_uniform' },
  ],
  training: { optimizer: 'adam', batchSize: 16, epochs: 3 },
});

/** Runs in the page: all messages of a run from `start` to its end, in the worker the page starts from a blob as the panel does. */
function trainInPage([source, message]: [string, ToWorker]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    const heard: unknown[] = [];
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      heard.push(data);
      if (data.type === 'failed') reject(new Error(data.message));
      if (data.type === 'state' && data.state === 'ended') {
        worker.terminate();
        resolve(heard);
      }
    };
    worker.postMessage(message);
  });
}

/** Stands before the worker's script: its first graphics device is closed with the twentieth submission, as a driver that gives up does. */
const mortal = `{
  const { requestDevice } = GPUAdapter.prototype;
  const { submit } = GPUQueue.prototype;
  let device;
  let submissions = 0;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const made = await requestDevice.apply(this, args);
    device ??= made;
    return made;
  };
  GPUQueue.prototype.submit = function (...args) {
    submit.apply(this, args);
    if (this === device.queue && ++submissions === 20) device.destroy();
  };
}
`;

describe('the worker in Chromium, with WebGPU on the software adapter', () => {
  let browser: Browser | undefined;
  let server: http.Server | undefined;
  let page: Page;
  let source: string;

  const hear = async (message: ToWorker, script = source) =>
    (await page.evaluate(trainInPage, [script, message] as [string, ToWorker])) as FromWorker[];
  const eventsOf = (heard: readonly FromWorker[]): StreamEvent[] =>
    heard.flatMap((message) => (message.type === 'events' ? message.events : []));

  const train = async (backend: 'auto' | 'wasm' | 'webgpu') => {
    const events = eventsOf(
      await hear({ type: 'start', run: 'run', text, backend, metricsPerSecond: 10, paused: false }),
    );
    const start = events.find((event) => event.event === 'start')!;
    const losses = events.flatMap((event) => (event.event === 'metrics' && event.loss !== null ? [event.loss] : []));
    return { start, losses, end: events.find((event): event is EndEvent => event.event === 'end')! };
  };

  before(async function () {
    this.timeout(60_000);
    const bundle = await build({
      ...sharedOptions(false),
      entryPoints: [path.resolve('src/engine/worker/worker.ts')],
      platform: 'browser',
      format: 'iife',
      sourcemap: false,
      write: false,
    });
    source = bundle.outputFiles[0]!.text;
    const executablePath = await findBrowser();
    assert.ok(executablePath, 'there is no Chrome, Chromium or Edge');
    const args = [...browserArguments(), '--use-webgpu-adapter=swiftshader'];
    browser = await chromium.launch({ executablePath, args });
    // WebGPU wants a secure context: a page of this machine's own is one.
    server = http.createServer((_, response) => response.end('<!doctype html><title>worker</title>'));
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  it('trains a CNN on WebGPU to the losses of wasm', async () => {
    const [graphics, wasm] = [await train('webgpu'), await train('wasm')];
    assert.equal(graphics.start.backend, 'webgpu');
    assert.equal(graphics.end.reason, 'completed');
    assert.equal(wasm.start.backend, 'wasm');
    assert.match(
      `${wasm.start.kernels}: ${wasm.start.reason}`,
      /^simd: asked for$|^relaxed: asked for, with fused multiply-add( and 256-bit vectors)?, \d\.\d times as fast here$/,
    );
    assert.equal(graphics.losses.length, wasm.losses.length);
    assert.ok(wasm.losses.length >= 3);
    for (const [i, loss] of graphics.losses.entries())
      assert.ok(
        Math.abs(loss - wasm.losses[i]!) <= 1e-3 * wasm.losses[i]!,
        `loss ${i}: ${loss}, not ${wasm.losses[i]}`,
      );
  }).timeout(120_000);

  it('never chooses a software adapter on its own, and says why', async () => {
    const { start, end } = await train('auto');
    assert.equal(start.backend, 'wasm');
    assert.match(start.reason, /^auto: WebGPU would compute on the processor/);
    assert.equal(end.reason, 'completed');
  }).timeout(60_000);

  it('goes on with another device when its own is lost, from the last checkpoint: no record twice, none missing', async () => {
    const long = JSON.stringify({ ...(JSON.parse(text) as object), training: { batchSize: 16, epochs: 12 } });
    const message: ToWorker = {
      ...{ type: 'start', run: 'run', text: long, backend: 'webgpu', metricsPerSecond: 60, paused: false },
    };
    const heard = await hear(message, mortal + source);
    const notices = heard.flatMap((message) => (message.type === 'notice' ? [message.message] : []));
    assert.equal(notices.length, 1);
    assert.match(notices[0]!, /^The GPU was lost; training went on from step \d+ on webgpu\.$/);
    const events = eventsOf(heard);
    const steps = events.flatMap((event) => (event.event === 'metrics' ? [event.step] : []));
    // 48 samples in batches of 16: a record every three steps.
    assert.deepEqual(
      steps,
      Array.from({ length: 13 }, (_, epoch) => 3 * epoch),
    );
    assert.equal(events.find((event) => event.event === 'end')?.reason, 'completed');
  }).timeout(120_000);
});
