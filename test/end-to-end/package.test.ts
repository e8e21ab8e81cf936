import assert from 'node:assert/strict';
import path from 'node:path';
import { root, runCommand } from '../workbench/index.ts';
import { openSamples, Panel } from './panel.ts';

describe('the packaged extension', function () {
  this.timeout(180_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;

  before(async () => {
    opened = await openSamples([], { vsix: [path.join(root, 'rectifier.vsix')], extensionDevelopmentPath: [] });
  });

  after(() => opened.close());

  it('installs in a clean profile, and trains a new network there', async () => {
    const { page } = opened.workbench;
    await runCommand(page, 'Rectifier: New Network…');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: /circles/i })
      .first()
      .click();
    const panel = await Panel.find(page);
    assert.ok((await panel.layers().getByRole('option').count()) > 0);
    await panel.button('Train').click();
    await panel.statusLike(/^Epoch [1-9]\d* of \d+, loss [\d.]+, \d+ of \d+ units dead, wasm|Completed/);
  });
});
