/**
 * `npm run bench`: the product and its peers, measured in one run.
 *
 *     npm run bench -- [--only b,c,products] [--peers pytorch,tfjs] [--quick]
 *     npm run bench -- --profile a,b [--kernels relaxed] [--threads 2] [--wide]
 *
 * --only   workloads whose names begin so (a to f, 'b pictures', as in test/bench/workloads.ts) and `products`
 * --peers  beside the product, the peers whose names begin so; none for the product alone: --peers none; webgpu for the product and its
 *          peers on the WebGPU adapter there is; auto for what `auto` measures and takes; team for the product with two threads; wide
 *          for it in a browser told to make 256-bit vectors
 * --quick  fewer and shorter rounds
 * --profile  in place of all that: how long each operation of a step takes, in this Node
 *
 * The peers have a package.json of their own in test/bench, and are installed here.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, npm, root, say, step, Trouble } from './console.mjs';
import { prepare, withTypeScript } from './dependencies.mjs';

const folder = path.join(root, 'test', 'bench');

await main(async () => {
  await prepare();
  const code = await withTypeScript(import.meta.filename);
  if (code !== undefined) return code;
  const { values } = parseArgs({
    options: {
      ...{ only: { type: 'string' }, peers: { type: 'string' }, quick: { type: 'boolean', default: false } },
      ...{ profile: { type: 'string' }, kernels: { type: 'string', default: 'simd' } },
      ...{ threads: { type: 'string', default: '1' }, wide: { type: 'boolean', default: false } },
    },
  });
  if (!existsSync(path.join(folder, 'node_modules'))) {
    await step('Installing the peers', async () => {
      const { code } = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
      if (code !== 0)
        throw new Trouble('npm could not install the peers.', 'check the network (npm ping) and try again.');
    });
  }
  const { compileKernels } = await import('./kernels.mjs');
  await compileKernels();
  if (values.profile !== undefined) {
    /** @type {{ profiles: (names: string[], kernels: string, isTeam: boolean, isWide: boolean, say: (line: string) => void) => Promise<void> }} */
    const { profiles } = await import(path.join(folder, 'profile.ts'));
    await profiles(values.profile.split(','), values.kernels, values.threads === '2', values.wide, say);
    return 0;
  }
  const file = path.join(folder, 'run.mjs');
  /** @type {{ bench: (options: object) => Promise<void> }} */
  const { bench } = await import(file);
  await bench({
    ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    ...(values.peers === undefined ? {} : { peers: values.peers.split(',') }),
    rounds: values.quick ? 3 : 7,
    milliseconds: values.quick ? 400 : 1200,
  });
  return 0;
});
