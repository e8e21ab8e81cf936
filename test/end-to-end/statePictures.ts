import { runCommand } from '../workbench/index.ts';
import { openSamples } from './panel.ts';
import { openFile, stateFiles, states, takePictures, writeIndex } from './states.ts';

// A hundred pictures take minutes: `npm test` runs this file only when the documents are renewed, and no test stands on them.
describe('every state of the panel', function () {
  this.timeout(1_200_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;
  after(() => opened.close());

  it('has its pictures in the documents', async () => {
    opened = await openSamples(['digits-cnn.nn.json'], { ownFiles: stateFiles });
    const { page } = opened.workbench;
    page.setDefaultTimeout(60_000);
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    const only = process.env['RECTIFIER_STATES']?.split(',');
    let file = '';
    let panel = await openFile(page, states[0]!.file);
    for (const state of states) {
      if (only && !only.includes(state.file)) continue;
      if (state.file !== file) panel = await openFile(page, state.file);
      ({ file } = state);
      await state.reach?.(panel);
      await takePictures(page, state.name);
    }
    await writeIndex();
  });
});
