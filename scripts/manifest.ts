import fs from 'node:fs/promises';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** Changes a file of JSON, in place or to what is given back. */
export async function rewrite<T>(name: string, change: (content: T) => T | void): Promise<void> {
  const file = path.join(root, name);
  const content = JSON.parse(await fs.readFile(file, 'utf8')) as T;
  await fs.writeFile(file, `${JSON.stringify(change(content) ?? content, null, 2)}\n`);
}

/** All entries, those whose key begins so replaced by the ones made. */
export const own = <T>(all: Record<string, T>, mine: string, made: Record<string, T>): Record<string, T> => ({
  ...Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith(mine))),
  ...made,
});
