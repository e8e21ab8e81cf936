import * as l10n from '@vscode/l10n';
import type { FromWebview, ToWebview } from './hostProtocol.ts';

interface VsCodeApi {
  postMessage(message: FromWebview, transfer?: ArrayBuffer[]): void;
  getState(): unknown;
  setState(state: { run?: string }): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const known = {
  init: true,
  document: true,
  editRefused: true,
  settings: true,
  command: true,
  data: true,
  chosen: true,
  dataChanged: true,
  keepNow: true,
  typing: true,
  kept: true,
  describeBackends: true,
} as const satisfies Record<ToWebview['type'], true>;

/** Whether a message is one of the host's; anything else in the page's mail is left alone. */
export const isToWebview = (value: unknown): value is ToWebview =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  Object.hasOwn(known, value.type);

/** The extension host, as the panel sees it. */
export class Host {
  private readonly api = acquireVsCodeApi();
  private readonly waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>();
  private readonly choosing = new Map<number, (path: string | undefined) => void>();
  private requests = 0;

  constructor(receive: (message: ToWebview) => void) {
    addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!isToWebview(data)) return;
      if (data.type === 'data') this.answer(data);
      else if (data.type === 'chosen') {
        this.choosing.get(data.request)?.(data.path);
        this.choosing.delete(data.request);
      } else receive(data);
    });
  }

  post(message: FromWebview): void {
    this.api.postMessage(message);
  }

  /** Says that the page can hear, and what it trained before it was loaded again: VS Code keeps that much of a page. */
  ready(): void {
    const { run } = (this.api.getState() ?? {}) as { run?: string };
    this.post({ type: 'ready', ...(run === undefined ? {} : { run }) });
  }

  /** Remembers over a reload which run is this page's. */
  rememberRun(run: string | undefined): void {
    this.api.setState(run === undefined ? {} : { run });
  }

  /** The bytes of a file named relative to the network file; rejects with why there are none. */
  readonly readFile = (path: string): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const request = ++this.requests;
      this.waiting.set(request, { resolve, reject });
      this.post({ type: 'readData', request, path });
    });

  /** Lets the person choose a file of data, or a folder of pictures; its path as seen from the network file. */
  chooseFile(kind: 'file' | 'folder'): Promise<string | undefined> {
    return new Promise((resolve) => {
      const request = ++this.requests;
      this.choosing.set(request, resolve);
      this.post({ type: 'chooseFile', request, kind });
    });
  }

  private answer(message: Extract<ToWebview, { type: 'data' }>): void {
    const waiting = this.waiting.get(message.request);
    this.waiting.delete(message.request);
    if (message.bytes) waiting?.resolve(message.bytes);
    else waiting?.reject(new Error(message.error ?? l10n.t('The file could not be read.')));
  }
}
