import { existsSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/backends/webgpu/index.ts';
import { findBrowser } from '../../scripts/browser.mjs';

/**
 * WebGPU in Node on the software driver that comes with Chromium, so that the suite runs where there is no graphics device. Throws, and so
 * fails the suite, where that cannot be had.
 */
export async function softwareGpu(): Promise<GPU> {
  process.env['VK_ICD_FILENAMES'] = await fromBrowser('vk_swiftshader_icd.json');
  if (process.platform === 'linux') await loadVulkan();
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  return create([]);
}

let backend: Promise<WebGpuBackend> | undefined;
/** One backend for all suites: what it has compiled serves them all. */
export const webgpu = (): Promise<WebGpuBackend> =>
  (backend ??= softwareGpu().then((gpu) => createWebGpuBackend(gpu, { busy: 1 })));

/** What another process needs in its environment to find the same driver. */
export async function softwareEnvironment(): Promise<NodeJS.ProcessEnv> {
  const driver = await fromBrowser('vk_swiftshader_icd.json');
  return {
    ...process.env,
    VK_ICD_FILENAMES: driver,
    LD_LIBRARY_PATH: path.dirname(await fromBrowser('libvulkan.so.1')),
  };
}

/** A file that lies beside the browser's program. */
async function fromBrowser(name: string): Promise<string> {
  const browser = await findBrowser();
  if (!browser) throw new Error('There is no Chrome, Chromium or Edge, whose software driver this suite needs.');
  // Debian's program is a script elsewhere.
  const folders = [path.dirname(realpathSync(browser)), '/usr/lib/chromium', '/opt/google/chrome'];
  const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
  if (!found) throw new Error(`${name} lies in none of ${folders.join(', ')}.`);
  return found;
}

/**
 * Loads the Vulkan library that the browser brings, and keeps it: the next to ask for one by its name is given this. It is no module
 * of Node's, which Node says by an error after loading.
 */
async function loadVulkan(): Promise<void> {
  const keep = 0x1000; // RTLD_NODELETE
  const library = await fromBrowser('libvulkan.so.1');
  try {
    process.dlopen({ exports: {} }, library, os.constants.dlopen.RTLD_NOW | keep);
  } catch (error) {
    if (!String(error).includes('did not self-register')) throw error;
  }
}
