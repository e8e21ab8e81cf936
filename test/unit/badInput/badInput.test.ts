import assert from 'node:assert/strict';
import { checkNetwork } from '../../../src/engine/check.ts';
import { english, inAccents, untranslated } from '../../pseudo.ts';
import { badInputs, good } from './cases.ts';

const reader = (files: Readonly<Record<string, Uint8Array>>) => (path: string) => {
  const bytes = files[path];
  return bytes ? Promise.resolve(bytes) : Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }));
};

describe('Bad input', () => {
  inAccents();

  for (const [name, { text, files }] of Object.entries(good)) {
    it(`has nothing to do with the good file ${name}`, async () => {
      const { problems, dataset, graph } = await checkNetwork(text, reader(files));
      assert.deepEqual(problems, []);
      assert.ok(dataset && graph);
    });
  }

  it('is shown in at least 200 kinds', () => {
    const kinds = new Set(badInputs.map(({ text, files, file }) => text + (file ? files[file]!.join() : '')));
    assert.ok(kinds.size >= 200, `${kinds.size}`);
  });

  for (const { name, text, files, line, file, says } of badInputs) {
    it(`gives one clear error with its place: ${name.replace(/\s+/g, ' ')}`, async () => {
      const before = process.memoryUsage().arrayBuffers;
      const { problems: translated, parsed } = await checkNetwork(text, reader(files));
      const own = [text, ...Object.entries(files).map(([path, bytes]) => path + Buffer.from(bytes).toString())].join();
      for (const { message } of translated) assert.deepEqual(untranslated(message, own), [], message);
      const problems = translated.map((problem) => ({ ...problem, message: english(problem.message) }));
      const story = problems
        .map(
          (problem) =>
            `${problem.file ?? 'network'}:${problem.line}:${problem.column} ${problem.rule} ${problem.message}`,
        )
        .join('\n');
      assert.equal(problems.length, 1, story);
      const [problem] = problems as [(typeof problems)[number]];
      assert.equal(problem.severity, 'error', story);
      assert.ok(problem.message.includes(says), story);
      assert.equal(problem.file, file, story);
      assert.equal(problem.line, line, story);
      assert.ok(problem.column >= 1 && problem.offset >= 0 && problem.offset <= text.length, story);
      assert.match(problem.rule, /^[a-z_]+$/);
      assert.doesNotMatch(problem.message, /\n|undefined|\[object|Error:|\bat .*:\d+:\d+/, story);
      assert.ok(problem.message.length < 500, story);
      assert.equal(parsed.text, text);
      // Sizes are checked before anything of that size is made.
      assert.ok(process.memoryUsage().arrayBuffers - before < 64e6, story);
    });
  }
});
