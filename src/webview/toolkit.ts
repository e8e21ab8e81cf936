import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';

/**
 * Makes the elements known that `controls.ts` is made of; until then the style sheet draws them alike. A file of its own, since only a page can read it: what
 * makes controls can be tested without one.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());
  // The toolkit takes up the theme when the page loads, and this one may have.
  if (document.readyState === 'complete') dispatchEvent(new Event('load'));
}
