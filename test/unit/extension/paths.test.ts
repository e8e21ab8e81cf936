import assert from 'node:assert/strict';
import { pathBetween } from '../../../src/extension/paths.ts';

describe('The path from a network’s folder to its data', () => {
  const at = (path: string, scheme = 'file', authority = '') => ({ scheme, authority, path });

  it('leads down, up and across, always with slashes', () => {
    for (const [folder, file, path] of [
      ['/work/nets', '/work/nets/iris.csv', 'iris.csv'],
      ['/work/nets', '/work/nets/data/iris.csv', 'data/iris.csv'],
      ['/work/nets', '/work/iris.csv', '../iris.csv'],
      ['/work/nets/', '/work/data/iris.csv', '../data/iris.csv'],
      ['/work/nets', '/work/nets2/iris.csv', '../nets2/iris.csv'],
      ['/', '/iris.csv', 'iris.csv'],
      ['/C:/work/nets', '/C:/work/data/iris.csv', '../data/iris.csv'],
    ] as const)
      assert.equal(pathBetween(at(folder), at(file)), path);
  });

  it('is none between drives, file systems and machines', () => {
    assert.equal(pathBetween(at('/c:/work'), at('/d:/iris.csv')), undefined);
    assert.equal(pathBetween(at('/work'), at('/work/iris.csv', 'vscode-vfs')), undefined);
    assert.equal(pathBetween(at('/work', 'file', 'here'), at('/work/iris.csv', 'file', 'there')), undefined);
  });

  it('takes a drive by either case of its letter for the same', () => {
    assert.equal(pathBetween(at('/C:/work/nets'), at('/c:/work/nets/iris.csv')), 'iris.csv');
  });
});
