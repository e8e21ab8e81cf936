/** A page that nobody sees has no frames: it goes on without, after so many milliseconds. */
const patience = 500;

/** Resolves when the page's first frame since now is on its way to the screen. VS Code shows a page when it has loaded. */
export const firstShown = (): Promise<void> =>
  new Promise((resolve) => {
    const loaded = () => {
      requestAnimationFrame(() => setTimeout(resolve));
      setTimeout(resolve, patience);
    };
    if (document.readyState === 'complete') loaded();
    else addEventListener('load', loaded, { once: true });
  });

/** What the diagram may use: measured while it is empty, which is quickly done, or where nothing has changed. */
export function roomIn(page: ParentNode): { width: number; height: number } | undefined {
  const scroll = page.querySelector('.diagram-scroll');
  if (!scroll) return undefined;
  const { width, height } = scroll.getBoundingClientRect();
  return { width: Math.floor(width), height: Math.floor(height) };
}
