import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Keeper } from '../../../src/webview/run/keeper.ts';

describe('Keeper', () => {
  let asked = 0;
  const make = () => {
    asked = 0;
    return new Keeper(() => asked++);
  };
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('asks soon after a run begins, and every few seconds from when the last one was kept', () => {
    const keeper = make();
    keeper.running();
    mock.timers.tick(1000);
    assert.equal(asked, 1);
    mock.timers.tick(60_000);
    assert.equal(asked, 1);
    keeper.kept(true);
    mock.timers.tick(6000);
    assert.equal(asked, 2);
  });

  it('leaves more time after a large one', () => {
    const keeper = make();
    keeper.now();
    keeper.sent(15e6);
    keeper.kept(true);
    mock.timers.tick(12_000);
    assert.equal(asked, 1);
    mock.timers.tick(4000);
    assert.equal(asked, 2);
  });

  it('asks at once when a run comes to stand, and not again', () => {
    const keeper = make();
    keeper.running();
    keeper.now();
    assert.equal(asked, 1);
    keeper.kept(false);
    mock.timers.tick(60_000);
    assert.equal(asked, 1);
  });

  it('has one on its way at a time, and asks again for what was wanted meanwhile', () => {
    const keeper = make();
    keeper.now();
    keeper.now();
    keeper.now();
    assert.equal(asked, 1);
    keeper.kept(true);
    assert.equal(asked, 2);
  });

  it('asks no more once the run is given up', () => {
    const keeper = make();
    keeper.running();
    keeper.stop();
    keeper.kept(true);
    mock.timers.tick(60_000);
    assert.equal(asked, 0);
  });
});
