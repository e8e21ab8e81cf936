/** Where peers run: a worker in Chromium's page, a thread of Node, a Python process. Each takes requests one at a time. */
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { browserArguments, findBrowser } from '../../scripts/browser.mjs';
import { sharedOptions } from '../../scripts/build.mjs';
import { root, run, Trouble } from '../../scripts/console.mjs';
import { checked } from './peer.ts';
import { dataOf, kernelsOf } from './workloads.ts';

/** @import { Request } from './worker.ts' */
/** @import { Workload } from './workloads.ts' */
/** @typedef {{ ask: (request: Request) => Promise<any>, close: () => Promise<void> }} Place */

const here = import.meta.dirname;

/** A peer and the worker around it as one script. @param {string} peer @param {'browser' | 'node'} platform */
export async function bundle(peer, platform) {
  const shared = sharedOptions(false);
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [path.join(here, 'worker.ts')],
    platform,
    format: 'iife',
    sourcemap: false,
    write: false,
    plugins: [
      ...shared.plugins,
      {
        name: 'peer',
        setup(build) {
          build.onResolve({ filter: /^peer:$/ }, () => ({ path: path.join(here, `${peer}.ts`) }));
          build.onResolve({ filter: /^ceiling:$/ }, () => ({ path: 'ceiling', namespace: 'ceiling' }));
          build.onLoad({ filter: /.*/, namespace: 'ceiling' }, async () => ({
            contents: await compileCeiling(),
            loader: 'binary',
          }));
        },
      },
    ],
  });
  return outputFiles[0].text;
}

async function compileCeiling() {
  const { default: asc } = await import('assemblyscript/asc');
  const file = path.join('.cache', 'ceiling.wasm');
  await fs.mkdir(path.join(root, '.cache'), { recursive: true });
  const flags = ['--baseDir', root, '--outFile', file, '-O3', '--runtime', 'stub', '--enable', 'simd'];
  const { error } = await asc.main(['test/bench/ceiling.ts', ...flags], { stderr: process.stderr });
  if (error) throw error;
  return fs.readFile(path.join(root, file));
}

/**
 * A browser whose pages share an origin with the peers' own files (the .wasm of TensorFlow.js).
 * @returns {Promise<{ version: string, open: (script: string, isolated?: boolean) => Promise<Place>, close: () => Promise<void> }>}
 */
export async function startBrowser(/** @type {string[]} */ flags = []) {
  const server = http.createServer(async (request, response) => {
    const name = path.basename(request.url ?? '');
    if (name === 'isolated') {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    if (!name.endsWith('.wasm')) return response.end('<!doctype html><title>bench</title>');
    const file = path.join(here, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', name);
    response.setHeader('content-type', 'application/wasm');
    response.end(await fs.readFile(file).catch(() => ''));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const executablePath = await findBrowser();
  if (!executablePath) throw new Trouble('There is no browser.', 'run npm test once, or set RECTIFIER_BROWSER to one.');
  const browser = await chromium.launch({
    executablePath,
    args: [...browserArguments(), '--use-webgpu-adapter=swiftshader', ...flags],
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    version: browser.version(),
    async open(script, isolated) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${address.port}/${isolated ? 'isolated' : ''}`);
      await page.evaluate((source) => {
        const scope = /** @type {any} */ (globalThis);
        scope.peer = new Worker(
          URL.createObjectURL(new Blob([`self.origin_ = ${JSON.stringify(location.origin)};`, source])),
        );
      }, script);
      return {
        async ask(request) {
          return page.evaluate((request) => {
            const { peer } = /** @type {any} */ (globalThis);
            return new Promise((resolve, reject) => {
              peer.onmessage = (/** @type {any} */ { data }) =>
                data.error === undefined ? resolve(data.value) : reject(new Error(data.error));
              peer.onerror = (/** @type {any} */ event) => reject(new Error(event.message));
              peer.postMessage(request);
            });
          }, request);
        },
        close: () => page.close(),
      };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** The same in a thread of this Node. @param {string} script @returns {Promise<Place>} */
export async function openNode(script) {
  const shim = `const { parentPort } = require('node:worker_threads');
    globalThis.self = globalThis;
    globalThis.postMessage = (value) => parentPort.postMessage(value);
    parentPort.on('message', (data) => globalThis.onmessage({ data }));\n`;
  const worker = new Worker(shim + script, { eval: true });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        worker.removeAllListeners();
        worker.on('message', (data) =>
          data.error === undefined ? resolve(data.value) : reject(new Error(data.error)),
        );
        worker.on('error', reject);
        worker.postMessage(request);
      }),
    close: async () => void (await worker.terminate()),
  };
}

/** Which library multiplies matrices in PyTorch: Debian's is whichever is installed, and its plain one takes twenty times as long. */
const askTorch = `
import torch
torch.ones(64, 64) @ torch.ones(64, 64)
names = {"/blas/libblas": "plain BLAS (apt-get install libopenblas0 for a fair peer)", "openblas": "OpenBLAS", "mkl_": "MKL", "blis": "BLIS"}
maps = open("/proc/self/maps").read()
print(torch.__version__, next((" with " + name for file, name in names.items() if file in maps), ""), sep="")`;

/** The Python that has PyTorch, and PyTorch's version and library for products. */
export async function findPyTorch() {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const { code, output } = await run(python, ['-c', askTorch], { quiet: true });
    if (code === 0) return { python, version: output.trim() };
  }
  return undefined;
}

/** @param {string} python @returns {Place} */
export function openPyTorch(python) {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const child = spawn(python, [path.join(here, 'pytorch.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('PyTorch ended');
    return value;
  };
  /** @param {number} steps */
  const steps = async (steps) => {
    child.stdin.write(`${steps}\n`);
    return JSON.parse(await next());
  };
  let count = 1;
  return {
    async ask(request) {
      if (request.type === 'prepare') {
        const { workload } = request;
        const { features, labels } = dataOf(workload);
        const file = path.join(await fs.mkdtemp(path.join(os.tmpdir(), 'bench-')), 'values');
        const parts = [features, labels, ...kernelsOf(workload).map(({ values }) => values)];
        await fs.writeFile(file, Buffer.concat(parts.map((part) => Buffer.from(part.buffer))));
        child.stdin.write(`${JSON.stringify({ ...workload, file })}\n`);
        await next();
        const begin = await steps(1);
        const { loss } = await steps(checked - 1);
        return { first: begin.seconds * 1000, loss: (begin.loss + (checked - 1) * loss) / checked };
      }
      for (;;) {
        const { seconds } = await steps(count);
        const time = seconds * 1000;
        if (time >= 0.6 * request.milliseconds) return { rate: count / seconds };
        count = Math.max(count + 1, Math.ceil(count * Math.min((1.1 * request.milliseconds) / time, 8)));
      }
    },
    async close() {
      child.stdin.end();
    },
  };
}
