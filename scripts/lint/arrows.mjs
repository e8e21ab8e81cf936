/** Who may import whom: the architecture's arrows as a lint rule. */
import { builtinModules } from 'node:module';
import path from 'node:path';
import { root } from '../console.mjs';

/** @import { Rule } from 'eslint' */

const node = new RegExp(`^(node:.*|${builtinModules.join('|')})$`);
const engine = /^src\/engine\//;

/**
 * The lines that are held. A file under `from` must not import what `never` matches: a path from the repository's root, or a
 * package's name as written.
 * @type {{ from: RegExp, except?: RegExp, never: RegExp | RegExp[], because: string }[]}
 */
export const arrows = [
  {
    from: engine,
    never: [/^src\/(webview|extension)\//, /^vscode$/],
    because: 'the engine imports nothing of the others',
  },
  {
    from: /^src\//,
    except: /^src\/engine\/node\//,
    never: node,
    because: 'only src/engine/node runs in Node alone; all else also runs in a browser',
  },
  {
    from: /^src\//,
    except: /^src\/engine\/node\//,
    never: /^src\/engine\/node\//,
    because: 'what is for Node stays in src/engine/node',
  },
  {
    from: /^src\/webview\//,
    never: [/^src\/extension\//, /^vscode$/],
    because: 'the page knows the host by src/webview/hostProtocol.ts only',
  },
  {
    from: /^src\/extension\//,
    never: /^src\/webview\/(?!((runs\/)?hostProtocol|sketch)\.ts$)/,
    because: 'the host knows a page by its hostProtocol.ts, and what it draws first by sketch.ts',
  },
  {
    from: /^src\/engine\/(layers|activations)\//,
    never: /^src\/engine\/(spec\/(?!fields\.ts$)|graph\.ts|training|health|data|backends|worker)/,
    because: 'a row of a table knows fields, its siblings and plan types; spec/network imports the rows',
  },
  {
    from: /^src\/engine\/backends\//,
    never: /^src\/engine\/(spec|layers|graph\.ts|training|health|data|worker)/,
    because: 'a backend knows nothing but plans',
  },
  {
    from: /^src\/engine\/plan\//,
    never: /^src\/engine\/(backends|training|health|data|worker)/,
    because: 'a plan does not know who runs it',
  },
  {
    from: /^src\//,
    except: /^src\/webview\/toolkit\.ts$/,
    never: /^@vscode\/webview-ui-toolkit/,
    because: 'src/webview/toolkit.ts is the only importer of the toolkit',
  },
  { from: /^src\//, never: /^(test|scripts)\//, because: 'the product does not import its tools' },
];

/** @type {Rule.RuleModule} */
export const arrowsRule = {
  meta: { type: 'problem', schema: [], messages: { arrow: '{{target}} must not be imported here: {{because}}.' } },
  create(context) {
    const file = relative(context.filename);
    const lines = arrows.filter(({ from, except }) => from.test(file) && !except?.test(file));
    /** @param {Rule.Node | { type: string, value?: unknown } | null | undefined} source */
    const check = (source) => {
      if (source?.type !== 'Literal' || !('value' in source) || typeof source.value !== 'string') return;
      const { value: specifier } = source;
      const target = specifier.startsWith('.')
        ? relative(path.resolve(path.dirname(context.filename), specifier))
        : specifier;
      for (const { never, because } of lines) {
        if (![never].flat().some((pattern) => pattern.test(target))) continue;
        context.report({ node: /** @type {Rule.Node} */ (source), messageId: 'arrow', data: { target, because } });
      }
    };
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
    };
  },
};

/** @param {string} file */
const relative = (file) => path.relative(root, file).split(path.sep).join('/');
