import type { TextEdit } from './editText.ts';
import type { LocatedProblem } from './problems.ts';

/** The name that was probably meant in place of what a problem is about, for whoever offers it as a fix; undefined if none is near. */
export function correction({
  message,
  file,
  offset,
  length,
}: LocatedProblem): { title: string; edit: TextEdit } | undefined {
  const name = /Did you mean "([^"]+)"\?/.exec(message)?.[1];
  if (name === undefined || file !== undefined) return undefined;
  return { title: `Change to "${name}"`, edit: { offset, length, text: JSON.stringify(name) } };
}
