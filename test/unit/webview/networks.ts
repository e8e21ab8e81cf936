import { applyEdits } from '../../../src/engine/spec/edit.ts';
import { readDocument, type DocumentState } from '../../../src/webview/document.ts';
import { Run } from '../../../src/webview/run/runState.ts';
import type { Gesture } from '../../../src/webview/edits.ts';

/** A small network file, its parts replaced by those given. */
export const networkText = (parts: Record<string, unknown> = {}): string =>
  JSON.stringify(
    {
      version: 1,
      name: 'Small',
      data: { source: 'circles', samples: 100 },
      layers: [
        { id: 'hidden', type: 'dense', units: 5 },
        { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' },
      ],
      training: { optimizer: { name: 'sgd', learningRate: 0.1 } },
      ...parts,
    },
    null,
    2,
  );

const circles = { inputShape: [2], task: 'classification', outputs: 2, samples: 100 } as const;

/** Reads a text as the panel does, with two columns and two classes for data. */
export const read = (text: string, before?: DocumentState): DocumentState =>
  readDocument(text, 1, before, () => ({ shape: circles, loading: false, problems: [] }));

export function drawingOf(text: string) {
  const { drawing } = read(text);
  if (!drawing) throw new Error('There is no drawing.');
  return drawing;
}

export const after = (text: string, gesture: Gesture): string => applyEdits(text, gesture.edits(text));

/** A run of a network, before its first message. */
export const runOf = (text: string, number = 1): Run => new Run(drawingOf(text), text, number);
