import assert from 'node:assert/strict';
import type { TextEdit } from '../../../src/engine/spec/edit.ts';
import { EditQueue } from '../../../src/webview/editQueue.ts';
import type { Gesture } from '../../../src/webview/edits.ts';

const append = (word: string): Gesture => ({
  label: word,
  edits: (text) => [{ offset: text.length, length: 0, text: word }],
});
const nothing: Gesture = { label: 'nothing', edits: () => [] };

function queue() {
  const document = { text: '', version: 1 };
  const sent: { version: number; edits: TextEdit[]; label: string }[] = [];
  const turnedAway: string[] = [];
  const queue = new EditQueue(
    () => document,
    (edit) => sent.push(edit),
    (after) => (after.includes('bad') ? 'That is bad.' : undefined),
    (reason) => turnedAway.push(reason),
  );
  /** As the host does: makes the edit and says so. */
  const answer = () => {
    document.text += sent.at(-1)?.edits[0]?.text ?? '';
    document.version++;
    queue.documentChanged();
  };
  return { queue, sent, turnedAway, document, answer };
}

describe('EditQueue', () => {
  it('sends an edit with the version it was made on', () => {
    const { queue: edits, sent } = queue();
    edits.push(append('a'));
    assert.deepEqual(sent, [{ version: 1, edits: [{ offset: 0, length: 0, text: 'a' }], label: 'a' }]);
  });

  it('makes the next edit on the document that the one before left', () => {
    const { queue: edits, sent, document, answer } = queue();
    edits.push(append('a'));
    edits.push(append('b'));
    assert.equal(sent.length, 1);
    answer();
    assert.equal(sent.length, 2);
    assert.deepEqual([sent[1]?.version, sent[1]?.edits[0]?.offset], [2, 1]);
    answer();
    assert.equal(document.text, 'ab');
  });

  it('drops what was to follow an edit that was refused', () => {
    const { queue: edits, sent } = queue();
    edits.push(append('a'));
    edits.push(append('b'));
    edits.refused();
    edits.documentChanged();
    assert.equal(sent.length, 1);
    edits.push(append('c'));
    assert.equal(sent.length, 2);
  });

  it('passes over a gesture that changes nothing', () => {
    const { queue: edits, sent } = queue();
    edits.push(nothing);
    edits.push(append('a'));
    assert.deepEqual(
      sent.map(({ label }) => label),
      ['a'],
    );
  });

  it('says of a gesture that was to change something that nothing is left to change', () => {
    const { queue: edits, sent, turnedAway } = queue();
    edits.push({ ...nothing, idle: 'It is gone.' });
    assert.deepEqual([sent.length, turnedAway], [0, ['It is gone.']]);
  });

  it('turns away a gesture that would leave a text that can no longer be edited, and goes on with the next', () => {
    const { queue: edits, sent, turnedAway } = queue();
    edits.push(append('bad'));
    assert.deepEqual([sent.length, turnedAway], [0, ['That is bad.']]);
    edits.push(append('a'));
    assert.equal(sent.length, 1);
  });
});
