/// <reference lib="webworker" />
import { chooseBackend, findGraphics, lookBackend, quickerBuild } from './backends.ts';
import type { ToWorker } from './protocol.ts';
import { WorkerSession } from './session.ts';

// One self-contained script, started from a blob: it fetches nothing, its kernels are part of it.

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

const session = new WorkerSession({
  post: (message, transfer) => postMessage(message, { transfer }),
  yield: () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      channel.port2.postMessage(0);
    }),
  backend: chooseBackend,
  lookBackend,
  findGraphics,
  // Who waits for what is measured asks again, and is told what is wrong.
  warm: () => void quickerBuild().catch(() => undefined),
});

onmessage = (event: MessageEvent<ToWorker>) => void session.handle(event.data);
postMessage({ type: 'ready' });
