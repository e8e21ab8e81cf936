import { render } from 'lit';
import { app } from './app.ts';
import { keepListFocus } from './designer/keys.ts';
import { enter } from './controls.ts';
import { Host } from './host.ts';
import type { Left } from './firstPicture.ts';
import type { FirstText } from './hostProtocol.ts';
import { firstShown, roomIn } from './shown.ts';
import { layoutOf } from './designer/diagram.ts';
import { wants } from './look/wants.ts';
import { Panel } from './store.ts';
import { watchTheme } from './theme.ts';

/** Begins the page of a designer. `rest`: what is done when its network is on the screen. */
export function startDesigner(rest: () => void): void {
  /** What was drawn before this program was read. */
  const picture = document.getElementById('first-picture') as (HTMLElement & { left: Left }) | null;
  /** Of the diagram; none before it is first drawn. */
  let room = picture ? roomIn(picture) : undefined;
  let measured: Element | null = null;
  /** The network is on the screen: now for everything around it, and for the worker. */
  let begun = false;

  /** The diagram is laid out for the room it has: another size draws again. Told by the browser, since to ask for it would hold up each drawing. */
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const [width, height] = [Math.floor(entry.contentRect.width), Math.floor(entry.contentRect.height)];
    if (width === room?.width && height === room.height) return;
    room = { width, height };
    panel.changed();
  });

  function draw(): void {
    const focus = keepListFocus();
    picture?.remove();
    render(app(panel, room, begun), document.body);
    const scroll = document.querySelector('.diagram-scroll');
    if (scroll && !room) {
      // Not drawn twice.
      room = roomIn(document);
      render(app(panel, room, begun), document.body);
    }
    focus();
    if (scroll !== measured) {
      observer.disconnect();
      if (scroll) observer.observe(scroll);
      measured = scroll;
    }
    if (panel.drawing && room) panel.training.look(wants(panel, layoutOf(panel, panel.drawing, room).level));
  }

  /** Draws the same in the place of the first picture, as it was left. */
  function takeOver({ left, firstElementChild }: NonNullable<typeof picture>): void {
    Object.assign(panel.view, left.view);
    left.gestures.handOver(firstElementChild!, () => {
      draw();
      document.querySelector('.diagram-scroll')!.scrollLeft = left.view.scrolled;
      return document.querySelector('.app')!;
    });
    if (left.gestures.waiting) panel.whenBegun(() => left.gestures.finish());
  }

  const host = new Host((message) => {
    panel.receive(message);
    // What is still kept was meant for another text.
    if (message.type === 'init') picture?.left.gestures.finish(false);
  });
  const shown = firstShown();
  const panel = new Panel(host, draw, shown);

  addEventListener('resize', panel.changed);
  addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey, shiftKey, target }) => {
    if (key !== 's' || !(ctrlKey || metaKey) || altKey || shiftKey) return;
    if (target instanceof HTMLInputElement && enter(target)) panel.saveEntered();
  });
  watchTheme(panel.changed);
  const first = document.getElementById('first')?.textContent;
  // Drawn before the page is shown, which VS Code does once it has loaded: the first frame that is seen has the network in it.
  if (first) {
    panel.begin(JSON.parse(first) as FirstText);
    if (picture) takeOver(picture);
    else draw();
  }
  void shown.then(() => {
    begun = true;
    rest();
    panel.changed();
    requestIdleCallback(() => panel.training.warm());
  });
  host.ready();
}
