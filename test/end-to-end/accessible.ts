import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { root } from '../workbench/index.ts';

interface Found {
  readonly impact: string | null;
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}
declare const axe: { run(context: unknown, options: object): Promise<{ violations: readonly Found[] }> };

let source: string | undefined;

/** Asserts that axe finds nothing serious in the panel as it now stands. */
export async function assertAccessible(frame: Frame, state: string): Promise<void> {
  source ??= await fs.readFile(path.join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(source);
  const found = await frame.evaluate(async () => {
    // The toolkit's button hands `disabled` on to the element inside it a frame later; till then it is pale and pressable.
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ impact, id, nodes }) => ({
      impact,
      text: `${id}: ${nodes
        .slice(0, 3)
        .map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`)
        .join('; ')}`,
    }));
  });
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.map(({ text }) => text),
    [],
    state,
  );
}
