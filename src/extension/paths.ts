/** Where something is, as a `vscode.Uri` says it. */
interface Place {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

const isDrive = (step: string): boolean => /^[A-Za-z]:$/.test(step);

/** The steps to a place. A drive is the same by either case of its letter. */
const stepsOf = ({ path }: Place): string[] =>
  path
    .split('/')
    .filter((step) => step !== '')
    .map((step, i) => (i === 0 && isDrive(step) ? step.toLowerCase() : step));

/** The relative path from a folder to a file, undefined between two file systems or drives. */
export function pathBetween(folder: Place, file: Place): string | undefined {
  if (folder.scheme !== file.scheme || folder.authority !== file.authority) return undefined;
  const [from, to] = [stepsOf(folder), stepsOf(file)];
  if (isDrive(to[0] ?? '') && from[0] !== to[0]) return undefined;
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}
