import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { badInputs } from './cases.ts';

const cli = path.resolve('dist/cli.cjs');

/** One in seven, so that every kind of case is among them and the suite stays quick. */
const some = badInputs.filter(({ text }, index) => index % 7 === 0 && text.length < 2 ** 20);

describe('Bad input on the command line', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'bad-input-'))));
  after(() => rmSync(folder, { recursive: true }));

  const run = (command: string) =>
    new Promise<{ code: number | string | null | undefined; out: string; err: string }>((resolve) => {
      execFile(process.execPath, [cli, command, 'network.nn.json'], { cwd: folder }, (error, out, err) =>
        resolve({ code: error ? error.code : 0, out, err }),
      );
    });

  for (const { name, text, files, line, file = 'network.nn.json', says } of some) {
    it(`is one line of check, and exit 1: ${name.replace(/\s+/g, ' ')}`, async () => {
      writeFileSync(path.join(folder, 'network.nn.json'), text);
      for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
      const { code, out, err } = await run('check');
      assert.equal(err, '');
      assert.equal(code, 1, out);
      const [place, rest] = [`${file}:${line}:`, out.trimEnd()];
      assert.ok(rest.startsWith(place), out);
      assert.match(rest.slice(place.length), /^\d+ error [a-z_]+ [^\n]+$/);
      assert.ok(rest.includes(says), out);
    });
  }

  it('ends training before it begins, with the same words on standard error', async () => {
    const { text, line, says } = some[0]!;
    writeFileSync(path.join(folder, 'network.nn.json'), text);
    const { code, out, err } = await run('train');
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.ok(err.startsWith(`network.nn.json:${line}:`) && err.includes(says), err);
    assert.equal(err.trimEnd().split('\n').length, 1, err);
  });
});
