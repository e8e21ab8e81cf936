import { render } from 'lit';
import { app } from './app.ts';
import { keepListFocus } from './designer/keys.ts';
import { enter } from './controls.ts';
import { Host } from './host.ts';
import type { FirstText } from './hostProtocol.ts';
import { layoutOf } from './designer/diagram.ts';
import { wants } from './look/wants.ts';
import { Panel } from './store.ts';
import { watchTheme } from './theme.ts';

/** Begins the page of a designer. */
export function startDesigner(): void {
  let room = { width: 960, height: 300 };
  let measured: Element | null = null;
  /** The network is on the screen: now for everything around it, and for the worker. */
  let begun = false;

  /** The diagram is laid out for the room it has: another size draws again. Told by the browser, since to ask for it would hold up each drawing. */
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    room = { width: Math.floor(width), height: Math.floor(height) };
    panel.changed();
  });

  function draw(): void {
    const focus = keepListFocus();
    render(app(panel, room, begun), document.body);
    focus();
    const scroll = document.querySelector('.diagram-scroll');
    if (scroll !== measured) {
      observer.disconnect();
      if (scroll) observer.observe(scroll);
      measured = scroll;
    }
    if (!panel.drawing) return;
    if (!begun) {
      begun = true;
      panel.changed();
      requestIdleCallback(() => panel.training.warm());
    }
    panel.training.look(wants(panel, layoutOf(panel, panel.drawing, room).level));
  }

  const host = new Host((message) => panel.receive(message));
  const panel = new Panel(host, draw);

  addEventListener('resize', panel.changed);
  addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey, shiftKey, target }) => {
    if (key !== 's' || !(ctrlKey || metaKey) || altKey || shiftKey) return;
    if (target instanceof HTMLInputElement && enter(target)) panel.saveEntered();
  });
  watchTheme(panel.changed);
  const first = document.getElementById('first')?.textContent;
  if (first) panel.begin(JSON.parse(first) as FirstText);
  host.ready();
}
