import { speak } from './words.ts';

/**
 * Takes the translations the extension host put into the page, where there are any. To be imported before everything else: many
 * words are looked up when their module is loaded.
 */
const bundle = document.getElementById('bundle')?.textContent;
if (bundle) speak(JSON.parse(bundle) as Record<string, string>);
