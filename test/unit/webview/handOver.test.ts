import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Courtesy } from '../../../src/engine/worker/courtesy.ts';
import type { FromWebview, KeptRun } from '../../../src/webview/hostProtocol.ts';
import { HandOver } from '../../../src/webview/run/handOver.ts';

const run = (name: string, length: number): KeptRun => ({
  ...{ run: name, state: 'running', text: '{}', record: '{}', step: 7 },
  checkpoint: Uint8Array.from({ length }, (_, i) => i % 251),
});

describe('A run on its way to the host', () => {
  let posted: FromWebview[] = [];
  const make = () => {
    posted = [];
    return new HandOver((message) => posted.push(message));
  };
  /** What the host makes of it: the bytes of the pieces, each where it says. */
  const bytes = (name: string) => {
    const pieces = posted.flatMap((message) => {
      if (message.type === 'keepPart' && message.run === name) return [message.bytes];
      return message.type === 'keepRun' && message.run === name ? [message.checkpoint] : [];
    });
    return Buffer.concat(pieces);
  };
  const wait = () => {
    for (let i = 0; i < 20; i++) mock.timers.tick(50);
  };
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('goes in one message where it is small', () => {
    make().send(run('small', 100), false);
    assert.deepEqual(posted, [{ type: 'keepRun', ...run('small', 100), at: 0 }]);
  });

  it('goes a piece at a time where it is large, its last piece with all else', () => {
    const large = run('large', 1e6);
    make().send(large, false);
    assert.equal(posted.length, 1);
    wait();
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['keepPart', 'keepPart', 'keepPart', 'keepRun'],
    );
    assert.equal(bytes('large').compare(large.checkpoint), 0);
  });

  it('goes at once where the page is about to go', () => {
    const handOver = make();
    handOver.send(run('first', 1e6), true);
    assert.equal(posted.at(-1)?.type, 'keepRun');
    handOver.send(run('second', 1e6), false);
    handOver.hurry();
    assert.equal(bytes('second').compare(run('second', 1e6).checkpoint), 0);
    const { length } = posted;
    wait();
    assert.equal(posted.length, length);
  });

  it('is dropped for another', () => {
    const handOver = make();
    handOver.send(run('old', 1e6), false);
    handOver.send(run('new', 1e6), false);
    wait();
    assert.equal(posted.filter(({ type }) => type === 'keepRun').length, 1);
    assert.equal(bytes('new').compare(run('new', 1e6).checkpoint), 0);
  });
});

describe('Training beside a person who types', () => {
  it('rests for most of the time, until a while after the last key', async () => {
    let time = 0;
    const rests: number[] = [];
    const courtesy = new Courtesy(
      () => time,
      (milliseconds) => {
        rests.push(milliseconds);
        time += milliseconds;
        return Promise.resolve();
      },
    );
    const work = async (milliseconds: number) => {
      time += milliseconds;
      await courtesy.rest();
    };
    await work(40);
    assert.deepEqual(rests, []);
    courtesy.ask();
    await work(40);
    await work(1000);
    assert.deepEqual(rests, [120]);
    courtesy.ask();
    await work(500);
    assert.deepEqual(rests, [120, 250]);
  });
});
