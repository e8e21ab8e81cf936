import { applyEdits, type TextEdit } from '../engine/spec/edit.ts';
import type { Gesture } from './edits.ts';

/**
 * Sends gestures one at a time: an edit is made on a version of the document, so the next has to wait for the document the one
 * before left. A gesture that came too late is lost with a notice, never applied to a text it was not made for.
 */
export class EditQueue {
  private readonly waiting: Gesture[] = [];
  private inFlight = false;

  constructor(
    private readonly document: () => { text: string; version: number } | undefined,
    private readonly send: (edit: { version: number; edits: TextEdit[]; label: string }) => void,
    /** Why a text must not come about; a gesture that leads there is turned away. */
    private readonly fault: (after: string) => string | undefined,
    private readonly turnedAway: (reason: string) => void,
  ) {}

  push(gesture: Gesture): void {
    this.waiting.push(gesture);
    this.next();
  }

  /** Whether an edit is under way or waits. */
  get busy(): boolean {
    return this.inFlight || this.waiting.length > 0;
  }

  /** A new document has come. */
  documentChanged(): void {
    this.inFlight = false;
    this.next();
  }

  /** The edit under way was refused: what was to follow it was meant for another text. */
  refused(): void {
    this.waiting.length = 0;
    this.inFlight = false;
  }

  private next(): void {
    while (!this.inFlight) {
      const document = this.document();
      const gesture = document && this.waiting.shift();
      if (!gesture) return;
      const edits = gesture.edits(document.text);
      if (edits.length === 0) {
        if (gesture.idle !== undefined) this.turnedAway(gesture.idle);
        continue;
      }
      const fault = this.fault(applyEdits(document.text, edits));
      if (fault !== undefined) {
        this.turnedAway(fault);
        continue;
      }
      this.inFlight = true;
      this.send({ version: document.version, edits, label: gesture.label });
    }
  }
}
