import { Exit } from './failure.ts';

let files = false;

/** This command writes files at its end: it goes on when nobody reads its output any more. */
export function writesFiles(): void {
  files = true;
}

/** What becomes of a command whose output can't be written. A reader that has seen enough (`| head`) is no fault. */
export function watchOutput(): void {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    const left = code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
    if (left && files) return;
    if (left) process.exit(Exit.done);
    process.stderr.write(`rectifier: the output can't be written: ${message}\n`);
    process.exit(Exit.failed);
  });
}
