import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';

/**
 * Makes the elements known that `controls.ts` is made of. To be called before the page's `load`, after which the toolkit no longer takes
 * up themes. A file of its own, since only a page can read it: what makes controls can be tested without one.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());
}
