import * as l10n from '@vscode/l10n';
import { render } from 'lit';
import { correction } from '../engine/spec/correction.ts';
import { keepListFocus } from './designer/keys.ts';
import { EarlyGestures } from './earlyGestures.ts';
import type { DocumentState, Drawing } from './document.ts';
import { frame } from './frame.ts';
import type { FirstText, Sketch } from './hostProtocol.ts';
import { ofFile, type Item, type Offer } from './problems.ts';
import { firstShown, roomIn } from './shown.ts';
import { ShownFile } from './shownFile.ts';
import type { Panel } from './store.ts';
import type { View } from './view.ts';

/** What the first picture leaves to the panel that takes its place. */
export interface Left {
  readonly view: View;
  /** What was asked for meanwhile that only the program can do. */
  readonly gestures: EarlyGestures;
}

/** As much of a panel as its drawing asks about before anything is known but the file. All else a panel does waits for the program. */
class FirstPicture extends ShownFile {
  override readonly readOnly = undefined;
  readonly changing = false;
  readonly settings = { backend: 'auto' };
  readonly training = { run: undefined, state: 'idle', running: false, outdated: false, stepless: false };
  readonly announced = l10n.t('Not trained yet');
  readonly preview = undefined;
  readonly runOf = (): undefined => undefined;
  readonly before = (): undefined => undefined;
  readonly whenDrawn = (act: () => void): void => act();

  /** No run is known yet, so that no unit is dead. */
  readonly openAutopsy = (): boolean => false;
  readonly gestures = new EarlyGestures();
  private readonly panel = new Proxy(this, {
    get: (shown, name) => (name in shown ? Reflect.get(shown, name, shown) : this.gestures.wait) as unknown,
  }) as unknown as Panel;

  constructor(
    readonly fileName: string,
    override readonly document: DocumentState,
    private readonly place: HTMLElement,
  ) {
    super();
  }

  get found(): readonly Item[] {
    return this.document.problems.map((problem) => {
      const fix = correction(problem);
      return ofFile(problem, this.drawing, fix ? [this.offer(fix)] : []);
    });
  }

  offersOf({ offered }: Item): readonly Offer[] {
    return offered.map(this.offer);
  }

  private readonly offer = ({ title }: { title: string }): Offer => ({
    title,
    enabled: true,
    apply: this.gestures.wait,
  });

  /** Selecting and looking needs no more than this. */
  readonly changed = (): void => this.draw();

  /** With the next drawing is soon enough. */
  override hoverUnit(hovered: View['hovered']): void {
    this.view.hovered = hovered;
  }

  draw(): void {
    const { drawing, panel } = this;
    if (!drawing) return;
    const focus = keepListFocus();
    if (!roomIn(this.place)) render(frame(panel, drawing, undefined), this.place);
    render(frame(panel, drawing, roomIn(this.place)), this.place);
    focus();
  }
}

/** `label`: what a type of layers is called, the tables being in English. */
const drawingOf = ({ network, data, graph, layers, rows }: Sketch, label: (english: string) => string): Drawing =>
  ({
    network,
    written: {},
    layers: layers.map((drawn, index) => {
      const layer = network.layers[index]!;
      const row = rows[layer.type]!;
      return { ...drawn, index, layer, row: { ...row, label: label(row.label) } };
    }),
    ...(data ? { data } : {}),
    ...(graph ? { graph } : {}),
  }) as unknown as Drawing;

const json = (id: string): unknown => JSON.parse(document.getElementById(id)?.textContent ?? 'null');

/**
 * Draws the network of a file that is being opened before the page's program is there, by the functions it will be drawn by, from what the host has read. The
 * program is fetched once the page may be shown, and read once it has been.
 */
function begin(): void {
  const { nonce } = document.currentScript!;
  const source = document.body.dataset['program']!;
  addEventListener(
    'load',
    () => {
      document.head.append(
        Object.assign(document.createElement('link'), { rel: 'preload', as: 'script', href: source, nonce }),
      );
      void firstShown().then(() => {
        document.body.append(Object.assign(document.createElement('script'), { src: source, nonce }));
      });
    },
    { once: true },
  );
  const bundle = json('bundle') as Record<string, string> | null;
  if (bundle) l10n.config({ contents: bundle });
  const { fileName, text, version } = json('first') as FirstText;
  const sketch = json('sketch') as Sketch;
  const drawing = drawingOf(sketch, (label) => bundle?.[label] ?? label);
  const shown = { text, version, current: true, newerVersion: false, empty: false };
  const place = document.createElement('div');
  place.id = 'first-picture';
  const picture = new FirstPicture(fileName, { ...shown, problems: sketch.problems, drawing }, place);
  document.body.append(
    Object.assign(place, { left: { view: picture.view, gestures: picture.gestures } satisfies Left }),
  );
  picture.draw();
}

begin();
