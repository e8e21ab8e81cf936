/** Measures: every peer makes its run and is checked, then they take turns, round by round, so that all meet the same weather. */
import os from 'node:os';
import { say } from '../../scripts/console.mjs';
import { bundle, findPyTorch, openNode, openPyTorch, startBrowser } from './places.mjs';
import { dataOf, workloads } from './workloads.ts';

/** @import { Place } from './places.mjs' */
/** @import { Product } from './matmul.ts' */
/** @import { Workload } from './workloads.ts' */
/**
 * @typedef {{ only?: string[], peers?: string[], rounds: number, milliseconds: number }} Options
 * @typedef {{ name: string, loss: number, first: number, memory?: number, note?: string, rates: number[], place: Place }} Entry
 */

/** Script of each peer, by its name; `node` ones run in Node, the others in Chromium; `isolated` ones in a page that may share memory (a team is the product with two threads); `wide` ones in a browser told to make 256-bit vectors, `asked` ones only when named. @type {Record<string, { file: string, node?: true, isolated?: true, wide?: true, only?: RegExp, asked?: true }>} */
const scripts = {
  rectifier: { file: 'rectifier' },
  'rectifier in node': { file: 'rectifier', node: true },
  relaxed: { file: 'rectifierRelaxed' },
  wide: { file: 'rectifierWide', wide: true, asked: true },
  team: { file: 'rectifierTeam', isolated: true, asked: true },
  'team in node': { file: 'rectifierTeamNode', node: true, asked: true },
  'plain loop': { file: 'plain', only: /^a/ },
  'plain loop in node': { file: 'plain', node: true, only: /^a/ },
  convnetjs: { file: 'convnet', only: /^a/ },
  'jax-js wasm': { file: 'jaxWasm', only: /^[a-e]/ },
  'tfjs wasm': { file: 'tfjsWasm', only: /^[a-e]/ },
  'tfjs cpu': { file: 'tfjsCpu', only: /^[a-d]/ },
  auto: { file: 'rectifierAuto', asked: true },
  'rectifier webgpu': { file: 'rectifierWebgpu', asked: true },
  'jax-js webgpu': { file: 'jaxWebgpu', only: /^[a-e]/, asked: true },
  'tfjs webgpu': { file: 'tfjsWebgpu', only: /^[a-e]/, asked: true },
};

/** @param {number[]} values */
const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** @param {number} value */
const figure = (value) =>
  value >= 1e5 ? `${Math.round(value / 1000)}k` : value >= 100 ? String(Math.round(value)) : value.toPrecision(3);

/** min, median, max @param {number[]} values */
const spread = (values) => [Math.min(...values), median(values), Math.max(...values)].map(figure).join(' / ');

/** @param {Options} options */
export async function bench(options) {
  const browser = await startBrowser();
  /** @type {ReturnType<typeof startBrowser> | undefined} */
  let wideBrowser;
  const torch = await findPyTorch();
  /** @type {Map<string, Promise<string>>} */
  const bundles = new Map();
  /** @param {string} name @param {boolean} [asked] */
  const wanted = (name, asked) =>
    (name === 'rectifier' && !options.peers?.includes('webgpu')) ||
    (options.peers
      ? options.peers.some((peer) => name.startsWith(peer) || (peer === 'webgpu' && name.endsWith(peer)))
      : !asked);
  /** @param {string} file @param {boolean} node @param {boolean} [isolated] @param {boolean} [wide] */
  const open = async (file, node, isolated, wide = false) => {
    const key = `${file} ${node}`;
    if (!bundles.has(key)) bundles.set(key, bundle(file, node ? 'node' : 'browser'));
    const script = await /** @type {Promise<string>} */ (bundles.get(key));
    if (node) return openNode(script);
    const started = wide
      ? await (wideBrowser ??= startBrowser(['--js-flags=--experimental-wasm-revectorize']))
      : browser;
    return started.open(script, isolated);
  };
  say(
    `${os.cpus()[0].model}, ${os.cpus().length} cores; Node ${process.versions.node}, Chromium ${browser.version}${torch ? `, PyTorch ${torch.version}` : ''}`,
  );
  try {
    for (const workload of workloads) {
      if (options.only && !options.only.some((name) => workload.name.startsWith(name))) continue;
      const { features } = dataOf(workload);
      const zeros = features.reduce((count, value) => count + Number(value === 0), 0) / features.length;
      say(`\n${workload.name}${workload.pictures ? `, ${Math.round(100 * zeros)} % of the inputs 0` : ''}`);
      /** @type {(readonly [string, () => Promise<Place>])[]} */
      const places = Object.entries(scripts)
        .filter(([name, { only, asked }]) => wanted(name, asked) && (!only || only.test(workload.name)))
        .map(([name, { file, node, isolated, wide }]) => [name, () => open(file, node ?? false, isolated, wide)]);
      if (torch && wanted('pytorch')) places.push(['pytorch', async () => openPyTorch(torch.python)]);
      await compare(workload, places, options);
    }
    if (!options.only || options.only.includes('products')) await products(open, options);
  } finally {
    await browser.close();
    await (await wideBrowser)?.close();
  }
}

/** @param {Workload} workload @param {(readonly [string, () => Promise<Place>])[]} places @param {Options} options */
async function compare(workload, places, { rounds, milliseconds }) {
  /** @type {Entry[]} */
  const entries = [];
  for (const [name, open] of places) {
    const place = await open();
    try {
      entries.push({ name, place, rates: [], ...(await place.ask({ type: 'prepare', workload })) });
    } catch (error) {
      say(`  ${name.padEnd(30)} ${String(error instanceof Error ? error.message : error).split('\n')[0]}`);
      await place.close();
    }
  }
  for (let round = 0; round <= rounds; round++) {
    for (const entry of entries) {
      const { rate } = await entry.place.ask({
        type: 'round',
        milliseconds: round === 0 ? milliseconds / 3 : milliseconds,
      });
      // The first round warms up.
      if (round > 0) entry.rates.push(rate);
    }
  }
  const [ours] = entries;
  say(
    `  ${'steps a second'.padEnd(30)} ${'min / median / max'.padEnd(26)} ${'rectifier ÷ it'.padEnd(26)} loss     first step`,
  );
  for (const { name, rates, loss, first, memory, note } of entries) {
    const ratios = ours ? rates.map((rate, i) => ours.rates[i] / rate) : [];
    say(
      `  ${name.padEnd(30)} ${spread(rates).padEnd(26)} ${spread(ratios).padEnd(26)} ${loss.toFixed(5)}  ${first.toFixed(0)} ms${note ? `  ${note}` : ''}${memory ? `  ${(memory / 1e6).toFixed(1)} MB` : ''}`,
    );
  }
  for (const { place } of entries) await place.close();
}

/**
 * GFLOP/s of products of matrices, zeros counted as if they were multiplied, beside what the vectors of one core can do at most.
 * @param {(file: string, node: boolean) => Promise<Place>} open @param {Options} options
 */
async function products(open, { rounds, milliseconds }) {
  const layer = /** @type {const} */ ([128, 512, 784]);
  const gradient = /** @type {const} */ ([784, 512, 128]);
  /** Sizes m, n, k, percents of a and of b that are 0, whether a is turned around. @type {Record<string, [...Product['sizes'], ...Product['zeros'], boolean]>} */
  const cases = {
    '512 × 512 × 512': [512, 512, 512, 0, 0, false],
    '64 × 64 × 64': [64, 64, 64, 0, 0, false],
    '128 × 512 × 784': [...layer, 0, 0, false],
    '… half of a 0': [...layer, 50, 0, false],
    '… four fifths of a 0': [...layer, 80, 0, false],
    'gradient 784 × 512 × 128': [...gradient, 0, 0, true],
    '… half of b 0': [...gradient, 0, 50, true],
    '… four fifths of a, half of b 0': [...gradient, 80, 50, true],
  };
  for (const node of [false, true]) {
    /** @type {{ name: string, work: number, place: Place, rates: number[] }[]} */
    const entries = [];
    /** @param {string} name @param {string} file @param {number} work @param {object} workload */
    const add = async (name, file, work, workload) => {
      const place = await open(file, node);
      await place.ask({ type: 'prepare', workload: /** @type {any} */ (workload) });
      entries.push({ name, place, rates: [], work });
    };
    await add('ceiling', 'ceilingPeer', 96e6, {});
    // Node 20 does not run relaxed instructions unasked, and the command line takes the plain build.
    for (const file of node ? ['products'] : ['products', 'productsRelaxed']) {
      for (const [name, [m, n, k, a, b, turned]] of Object.entries(cases)) {
        const product = { sizes: [m, n, k], zeros: [a, b], turned };
        await add(file === 'products' ? name : `relaxed, ${name}`, file, 2 * m * n * k, { product });
      }
    }
    for (let round = 0; round <= rounds; round++) {
      for (const entry of entries) {
        const { rate } = await entry.place.ask({ type: 'round', milliseconds: milliseconds / 3 });
        if (round > 0) entry.rates.push((rate * entry.work) / 1e9);
      }
    }
    say(`\nproducts in ${node ? 'Node' : 'Chromium'}, GFLOP/s`);
    const [ceiling] = entries;
    for (const { name, rates, place } of entries) {
      say(
        `  ${name.padEnd(42)} ${spread(rates).padEnd(26)} ${spread(rates.map((rate, i) => rate / ceiling.rates[i]))} of the ceiling`,
      );
      await place.close();
    }
  }
}
