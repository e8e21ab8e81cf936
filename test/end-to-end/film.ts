import fs from 'node:fs/promises';
import path from 'node:path';
import { root, runCommand } from '../workbench/index.ts';
import { MovingPicture } from '../workbench/movingPicture.ts';
import { openSamples, Panel } from './panel.ts';

/** The README's moving picture: units die, one of them is asked why, the fix is made, and the two runs stand side by side. */
describe('the moving picture', function () {
  this.timeout(240_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;
  after(() => opened.close());

  it('is in the documents', async () => {
    // As the sample, but long enough to be watched.
    const sample = await fs.readFile(path.join(root, 'samples', 'large-updates.nn.json'), 'utf8');
    opened = await openSamples([], {
      ownFiles: { 'large-updates.nn.json': sample.replace('"epochs": 100', '"epochs": 300') },
      settings: { 'workbench.colorTheme': 'Default Dark Modern' },
    });
    const { page } = opened.workbench;
    await page.setViewportSize({ width: 1120, height: 700 });
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    const panel = await Panel.find(page);
    await panel.layer(/^hidden2/).click();
    await panel.inspector().getByText('step 0').first().waitFor();
    const film = new MovingPicture(page);
    const problem = panel.frame
      .getByRole('list', { name: 'Problems' })
      .getByRole('listitem')
      .filter({ hasText: 'dying_relu' });

    await panel.button('Train').hover();
    await film.frame(1500);
    await panel.button('Train').click();
    await film.until(panel.statusLike(/^Completed/), 200);
    await problem.first().waitFor();
    await film.frame(2500);

    const cell = panel.frame.getByRole('gridcell', { name: /dead since steps/ }).first();
    await cell.focus();
    await film.frame(1200);
    await page.keyboard.press('Enter');
    await panel
      .inspector()
      .getByText(/died at step/)
      .waitFor();
    await page.waitForTimeout(500);
    await film.frame(4000);
    await page.keyboard.press('Escape');

    const fix = problem.first().getByRole('button', { name: 'Set the learning rate to 0.3, and train again' });
    await fix.focus();
    await film.frame(1500);
    await page.keyboard.press('Enter');
    await panel.frame.getByRole('button', { name: 'Pause', disabled: false }).waitFor();
    await film.until(panel.statusLike(/^Completed/), 200);
    await page.waitForTimeout(500);
    await film.frame(4000);

    const folder = path.join(root, 'media', 'screenshots');
    await fs.mkdir(folder, { recursive: true });
    await film.write(path.join(folder, 'dies-and-mended.gif'));
  });
});
