import assert from 'node:assert/strict';
import { describeBackends } from '../../../src/webview/diagnostics.ts';
import type { Settings } from '../../../src/webview/hostProtocol.ts';

describe('Copy Diagnostics', () => {
  const settings = { backend: 'auto' } as Settings;
  const limits = { maxBufferSize: 4096, maxStorageBufferBindingSize: 2048, maxComputeWorkgroupStorageSize: 16 };
  const offering = (adapter: () => Promise<unknown>) => ({
    gpu: { requestAdapter: adapter } as unknown as GPU,
    hardwareConcurrency: 2,
  });

  it('names adapter and limits before any run', async () => {
    const info = { vendor: 'maker', architecture: 'third', device: '', description: 'a card' };
    const adapter = { info, limits: { ...limits, maxComputeInvocationsPerWorkgroup: 256 } };
    const text = await describeBackends(
      settings,
      undefined,
      offering(() => Promise.resolve(adapter)),
    );
    assert.match(text, /^Backend setting: auto\nNo run yet\.\nWebGPU adapter: maker, third, a card\n/);
    assert.match(text, /Limits: maxBufferSize 4096, maxStorageBufferBindingSize 2048, .* 16, .* 256\n/);
  });

  it('says why runs fall back on wasm', async () => {
    const none = await describeBackends(
      settings,
      undefined,
      offering(() => Promise.resolve(null)),
    );
    assert.match(none, /there is no adapter, so runs use wasm/);
    const failed = await describeBackends(
      settings,
      undefined,
      offering(() => Promise.reject(new Error('lost'))),
    );
    assert.match(failed, /asking for an adapter failed, so runs use wasm: Error: lost/);
  });
});
