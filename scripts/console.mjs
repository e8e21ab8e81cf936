/** What the scripts say and how they run other programs: numbered steps with times, and failures that carry their remedy. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = path.resolve(fileURLToPath(import.meta.url), '../..');

/** A failure the person at the keyboard can mend: `message` says what went wrong, `remedy` what to do about it. */
export class Trouble extends Error {
  /** @param {string} message @param {string} remedy */
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** @param {string} text */
export const say = (text) => void process.stdout.write(`${text}\n`);

/**
 * Announces a piece of work, does it, and says how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const start = performance.now();
  say(`• ${title} …`);
  const result = await work();
  say(`  done in ${seconds(performance.now() - start)}`);
  return result;
}

/**
 * Runs a program to its end. Its output goes straight to ours unless `quiet`, which keeps it for the error message.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, shell?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} `code` is 127 when the program could not be started
 */
export function run(command, args, { cwd = root, env = process.env, quiet = false, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let output = '';
    child.stdout?.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));
    child.stderr?.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on('close', (code, signal) => {
      if (signal) say(`${path.basename(command)} was ended by ${signal}`);
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * npm, through the same Node that runs us: on Windows `npm` is a script that only a shell can start.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options) {
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('npm-cli.js')) return run(process.execPath, [cli, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/**
 * The last lines of some output, for error messages.
 * @param {string} text
 * @param {number} [lines]
 */
export const tail = (text, lines = 20) => text.trimEnd().split('\n').slice(-lines).join('\n');

/**
 * Runs a script's main function; a failure ends the process with its message and remedy, without a stack where we know the cause.
 * @param {() => Promise<number | void>} body its number is the exit code
 */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (error instanceof Trouble) process.stderr.write(`\n✗ ${error.message}\n  Remedy: ${error.remedy}\n`);
    else process.stderr.write(`\n✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}
