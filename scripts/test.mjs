/**
 * `npm test`: sets up what is missing, a browser and a VS Code included, then runs every suite.
 *
 *     npm test -- [--only unit,lint] [--grep pattern] [--update-docs]
 *
 * --only         these suites, in their usual order
 * --grep         of mocha's suites, the tests whose names match
 * --update-docs  renew the pictures in the documents from the end-to-end suite
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, run, say, seconds, step, Trouble } from './console.mjs';
import { prepare } from './dependencies.mjs';

/**
 * @typedef {{ passed: number, failed: number }} Count
 * @typedef {{ browser?: true, build?: true, workbench?: true, vsix?: true }} Needs
 */

const bin = (/** @type {string} */ file) => path.join(root, 'node_modules', file);

/** As many of a suite's files at a time as there are cores; mocha would leave one of them alone. */
const together = ['--parallel', '--jobs', String(os.availableParallelism())];

/**
 * Every suite in the order they run, with what must be there first.
 * @type {Record<string, { needs: Needs, run: () => Promise<Count> }>}
 */
const suites = {
  typecheck: { needs: {}, run: () => checks([bin('typescript7/bin/tsc'), '-b']) },
  lint: {
    needs: {},
    run: () =>
      checks(
        [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'],
        [bin('prettier/bin/prettier.cjs'), '--check', '.'],
      ),
  },
  unit: { needs: { build: true }, run: () => mocha('unit', ['test/unit/**/*.test.ts']) },
  backends: {
    needs: { build: true, browser: true },
    run: () => mocha('backends', ['test/backends/**/*.test.ts']),
  },
  integration: { needs: { build: true, browser: true, workbench: true }, run: integration },
  package: { needs: { build: true }, run: packaging },
  'end-to-end': {
    needs: { build: true, browser: true, workbench: true, vsix: true },
    run: () => {
      // Told from tests by its name: a file without a test would be a failure.
      const pictures = options['update-docs'] ? ['test/end-to-end/statePictures.ts', 'test/end-to-end/film.ts'] : [];
      return mocha('end-to-end', ['test/end-to-end/**/*.test.ts', ...pictures]);
    },
  },
};

/** Suites that read the sources alone and speak when they are done. */
const silent = new Set(['typecheck', 'lint']);

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, grep: { type: 'string' }, 'update-docs': { type: 'boolean', default: false } },
});

await main(async () => {
  const selected = options.only?.split(',') ?? Object.keys(suites);
  const unknown = selected.find((name) => !(name in suites));
  if (unknown !== undefined)
    throw new Trouble(`There is no suite "${unknown}".`, `choose from ${Object.keys(suites).join(', ')}.`);
  const chosen = Object.entries(suites).filter(([name]) => selected.includes(name));
  await prepare();
  /** @type {{ name: string, passed: number, failed: number, time: number }[]} */
  const results = [];
  /** @param {string} name @param {() => Promise<Count>} work */
  const suite = async (name, work) => {
    const start = performance.now();
    if (!silent.has(name)) say(`\n=== ${name} ===`);
    const { passed, failed } = await work().catch((/** @type {unknown} */ error) => {
      tell(error);
      return { passed: 0, failed: 1 };
    });
    results.push({ name, passed, failed, time: performance.now() - start });
  };
  /** @type {Needs} */
  const needs = Object.assign({}, ...chosen.map(([, { needs }]) => needs));
  if (Object.keys(needs).length) chosen.unshift(['setup', { needs, run: () => setUp(needs, selected) }]);
  // What only reads the sources goes on beside what is set up, and beside the first suites: one core is enough for it.
  const reading = chosen.filter(([name]) => silent.has(name)).map(([name, { run }]) => suite(name, run));
  for (const [name, { run }] of chosen) if (!silent.has(name)) await suite(name, run);
  await Promise.all(reading);
  const order = chosen.map(([name]) => name);
  results.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));

  say('');
  for (const { name, passed, failed, time } of results) {
    say(
      `${failed ? '✗' : '✓'} ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${seconds(time).padStart(8)}`,
    );
  }
  /** @param {'passed' | 'failed'} key */
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  say(`\n${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') ? 1 : 0;
});

/**
 * What must be there before the suites run. A part that cannot be had fails the run, but the suites that do without it still run.
 * @param {Needs} needs
 * @param {string[]} selected
 * @returns {Promise<Count>}
 */
async function setUp(needs, selected) {
  if (options['update-docs']) process.env['RECTIFIER_UPDATE_DOCS'] = '1';
  const count = { passed: 0, failed: 0 };
  /** @param {string} title @param {() => Promise<unknown>} work */
  const part = async (title, work) => {
    try {
      await step(title, work);
      count.passed++;
    } catch (error) {
      tell(error);
      count.failed++;
    }
  };
  if (needs.browser) {
    const { installBrowser } = await import('./browser.mjs');
    await part('Looking for a browser', async () => {
      const browser = await installBrowser();
      say(`  ${browser}`);
      process.env['RECTIFIER_BROWSER'] = browser;
    });
  }
  if (needs.build) {
    const { build } = await import('./build.mjs');
    await part('Building for production', () => build(true));
  }
  const { installWorkbench, workbenchSupported } = await import('./workbench/install.mjs');
  if (needs.workbench && workbenchSupported) await part('Setting up VS Code from the npm registry', installWorkbench);
  if (needs.vsix && !selected.includes('package')) await part('Packaging', packaging);
  return count;
}

/** @param {unknown} error */
function tell(error) {
  say(`✗ ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof Trouble) say(`  Remedy: ${error.remedy}`);
}

/**
 * Tools whose exit code is their verdict, all at a time: each counts as one test.
 * @param {string[][]} commands arguments of Node
 * @returns {Promise<Count>}
 */
async function checks(...commands) {
  const codes = await Promise.all(
    commands.map(async (args) => {
      const { code, output } = await run(process.execPath, args, { quiet: true });
      const name = path.basename(args[0] ?? '').replace(/\.c?js$/, '');
      say(`\n${output}${code === 0 ? `${name}: no problems` : `${name}: failed`}`);
      return code;
    }),
  );
  const failed = codes.filter((code) => code !== 0).length;
  return { passed: codes.length - failed, failed };
}

/**
 * @param {string} name
 * @param {string[]} files what to run
 */
function mocha(name, files) {
  // In one process where tests are looked for: of several, each would fail that finds none.
  const how = options.grep === undefined ? together : ['--grep', options.grep];
  return counted(name, [
    bin('mocha/bin/mocha.js'),
    '--reporter',
    path.join(root, 'scripts', 'reporter.mjs'),
    ...how,
    ...files,
  ]);
}

function integration() {
  const env = options.grep === undefined ? {} : { RECTIFIER_GREP: options.grep };
  return counted('integration', ['--import', 'tsx', path.join(root, 'test', 'runIntegration.ts')], env);
}

/** @returns {Promise<Count>} */
async function packaging() {
  const { packageExtension } = await import('./package.mjs');
  await packageExtension();
  return { passed: 1, failed: 0 };
}

/**
 * Runs mocha and reads its counts. Skipped tests count as failed, as does a run that ended without saying how it went.
 * @param {string} name
 * @param {string[]} args arguments of Node
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Count>}
 */
async function counted(name, args, env) {
  const file = path.join(root, '.cache', 'results', `${name}.json`);
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.rm(file, { force: true });
  const { code } = await run(process.execPath, args, { env: { ...process.env, ...env, RECTIFIER_RESULTS: file } });
  /** @type {{ passes: number, failures: number, pending: number }} */
  const { passes, failures, pending } = await fs
    .readFile(file, 'utf8')
    .then(JSON.parse, () => ({ passes: 0, failures: 0, pending: 0 }));
  if (pending) say(`✗ ${pending} skipped tests: a skip counts as a failure here`);
  if (passes + failures === 0) say(`✗ ${name} ran no tests`);
  const failed = failures + pending;
  if (failed === 0 && code !== 0) say(`✗ ${name}: no test failed, but mocha ended with ${code}`);
  return { passed: passes, failed: failed === 0 && (code !== 0 || passes === 0) ? 1 : failed };
}
