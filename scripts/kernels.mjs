/** Compiles the WebAssembly kernels (AssemblyScript) and lets TypeScript import them as `kernels:simd` and `kernels:relaxed`. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { root, say, seconds, Trouble } from './console.mjs';

/** @import { Plugin } from 'esbuild' */

const sources = path.join(root, 'src', 'engine', 'backends', 'wasm');
const entry = 'src/engine/backends/wasm/kernels/index.ts';

/** Two builds of one source; the second may use instructions whose rounding differs from machine to machine. */
const builds = {
  simd: ['--enable', 'simd'],
  relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd'],
};

/** @typedef {keyof typeof builds} Build */

/** @param {Build} name */
const output = (name) => path.join(root, 'dist', `kernels-${name}.wasm`);

/** Compiles those builds that are older than any of their sources. */
export async function compileKernels() {
  const changed = Math.max(
    ...(await Promise.all((await sourceFiles()).map(modified))),
    await modified(import.meta.filename),
  );
  for (const name of /** @type {Build[]} */ (Object.keys(builds))) {
    if ((await modified(output(name))) < changed) await compile(name);
  }
}

/** @param {Build} name */
async function compile(name) {
  const start = performance.now();
  const { default: asc } = await import('assemblyscript/asc');
  const { error } = await asc.main(
    [
      ...[entry, '--baseDir', root, '--outFile', path.relative(root, output(name))],
      ...['-O3', '--runtime', 'stub', '--importMemory', '--noAssert', '--disableWarning', '112', ...builds[name]],
      // A memory that threads may share: where they do not, one bit of the import is changed (instance.ts).
      ...['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ],
    { stderr: process.stderr },
  );
  if (error)
    throw new Trouble(`The ${name} kernels do not compile: ${error.message}`, 'mend what the compiler names above.');
  say(`  compiled kernels-${name}.wasm in ${seconds(performance.now() - start)}`);
}

async function sourceFiles() {
  const names = await fs.readdir(sources, { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => path.join(sources, name));
}

/** @param {string} file */
async function modified(file) {
  return (await fs.stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

/** @type {Plugin} */
export const kernelsPlugin = {
  name: 'kernels',
  setup(build) {
    build.onResolve({ filter: /^kernels:/ }, ({ path: specifier }) => ({
      path: specifier.slice('kernels:'.length),
      namespace: 'kernels',
    }));
    build.onLoad({ filter: /.*/, namespace: 'kernels' }, async ({ path: name }) => {
      if (!(name in builds))
        return { errors: [{ text: `there are no kernels "${name}", only ${Object.keys(builds).join(' and ')}` }] };
      await compileKernels();
      return {
        contents: await fs.readFile(output(/** @type {Build} */ (name))),
        loader: 'binary',
        watchFiles: await sourceFiles(),
      };
    });
  },
};
