/**
 * Text that people read goes through `l10n.t`, so that it can be translated: a lint rule over what the panel draws and the extension says.
 * It cannot know what a string is for, so it goes by where it stands (a template's text, a label) and by how it looks.
 */

/** @import { Rule } from 'eslint' */
/** @import { Expression, Literal, Node, TaggedTemplateExpression, TemplateLiteral } from 'estree' */

const letters = /\p{L}{2}/u;
/** Two words with a space between them, or a word with a capital in front: a sentence, a title, a label. */
const prose = /\p{L}{2,}[,:;.]? \p{L}|^\p{Lu}\p{Ll}+(?![\p{L}\d])/u;
/** Attributes that are read out or shown. */
const spoken = new Set(['aria-label', 'aria-description', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label']);
/** Properties whose value is shown wherever they occur. */
const shown = new Set(['label', 'title', 'content', 'placeholder', 'tooltip', 'description', 'detail', 'message']);

/** Calls that only look for what is there. */
const unseen = /^(querySelector(All)?|closest|matches|includes)$/;
/** Functions whose first argument is shown. */
const showing = new Set(['drawnText']);
/** Names that are the same in every language, and keys of the code that read like words: the figures' names. */
const names =
  /^(PNG|CSV|safetensors|Rectifier|Arrow\w*|Map|History|Recording|Overview|Layers|Loss|Accuracy|Dead units|Gradient norms|Update ratios|Output|Unit)$/;

/** Properties of the engine's rows that are English: `engine/words.ts` and `scripts/rules.ts` know them; and functions that make rows. */
const ofRows = new Set(['label', 'doc', 'advice', 'source', 'formula', 'when', 'reason', 'remedy']);
const makingRows = new Set(['integer', 'number', 'choice', 'size', 'raw', 'formula', 'documented']);

/** With `engine`, rows of tables and errors of the program's own are let through. @type {Rule.RuleModule} */
export const wordsRule = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { engine: { type: 'boolean' } }, additionalProperties: false }],
    messages: { words: '"{{text}}" is shown to people: put it through t (@vscode/l10n, or vscode.l10n), whole.' },
  },
  create(context) {
    const { engine = false } = /** @type {{ engine?: boolean }} */ (context.options[0] ?? {});

    /** @param {Node} node @param {string} text */
    const report = (node, text) =>
      context.report({ node: /** @type {Rule.Node} */ (node), messageId: 'words', data: { text: text.trim() } });

    /** What stands in a place that is shown: every literal it can come to, one word too. @param {Expression | undefined} node */
    const shownHere = (node) => {
      if (!node) return;
      if (node.type === 'ConditionalExpression') [node.consequent, node.alternate].forEach(shownHere);
      else if (node.type === 'LogicalExpression')
        [node.left, node.right].forEach((side) => shownHere(/** @type {Expression} */ (side)));
      else {
        const text = node.type === 'Literal' ? node.value : node.type === 'TemplateLiteral' ? textOf(node) : undefined;
        // What looks like a sentence is found wherever it stands.
        if (typeof text === 'string' && letters.test(text) && !prose.test(text) && !names.test(text))
          report(node, text);
      }
    };

    /** @param {Literal | TemplateLiteral} node @param {string} text */
    const literal = (node, text) => {
      if (prose.test(text) && !names.test(text) && !isExempt(node) && !(engine && isOfEngine(node))) report(node, text);
    };

    return {
      Literal: (node) => (typeof node.value === 'string' ? literal(node, node.value) : undefined),
      TemplateLiteral(node) {
        if (/** @type {Node} */ (/** @type {Rule.Node} */ (node).parent).type !== 'TaggedTemplateExpression')
          literal(node, textOf(node));
      },
      CallExpression({ callee, arguments: [first] }) {
        if (callee.type === 'Identifier' && showing.has(callee.name)) shownHere(/** @type {Expression} */ (first));
      },
      Property({ key, value }) {
        if (key.type === 'Identifier' && shown.has(key.name) && !(engine && ofRows.has(key.name)))
          shownHere(/** @type {Expression} */ (value));
      },
      TaggedTemplateExpression(node) {
        if (node.tag.type !== 'Identifier' || !['html', 'svg'].includes(node.tag.name)) return;
        for (const part of placesOf(node)) {
          if (part.text !== undefined && letters.test(part.text) && !names.test(part.text.trim()))
            report(node, part.text);
          shownHere(part.expression);
        }
      },
    };
  },
};

/** @param {TemplateLiteral} node */
const textOf = (node) => node.quasis.map(({ value }) => value.cooked ?? '').join('…');

/**
 * What a piece of markup shows: its text, its spoken attributes, and the expressions that stand there.
 * @param {TaggedTemplateExpression} node
 * @returns {{ text?: string, expression?: Expression }[]}
 */
function placesOf({ quasi }) {
  /** @type {{ text?: string, expression?: Expression }[]} */
  const places = [];
  let state = /** @type {'text' | 'tag' | 'value'} */ ('text');
  let attribute = '';
  let quote = '';
  let gathered = '';
  const flush = () => {
    if (gathered && (state === 'text' || spoken.has(attribute))) places.push({ text: gathered });
    gathered = '';
  };
  quasi.quasis.forEach(({ value }, index) => {
    for (const c of value.cooked ?? '') {
      if (state === 'text') {
        if (c === '<') {
          flush();
          state = 'tag';
          attribute = '';
        } else gathered += c;
      } else if (state === 'tag') {
        if (c === '>') state = 'text';
        else if (c === '"' || c === "'") {
          state = 'value';
          quote = c;
        } else if (c === '=') attribute = /([^\s=<]+)$/.exec(gathered)?.[1] ?? '';
        if (state !== 'tag' || c === '=') gathered = '';
        else gathered += c;
      } else if (c === quote) {
        flush();
        state = 'tag';
      } else gathered += c;
    }
    const expression = quasi.expressions[index];
    if (expression && (state === 'text' || spoken.has(attribute))) places.push({ expression });
  });
  flush();
  return places;
}

/** Whether a string stands in a row of one of the engine's tables, or says that the program is at fault. @param {Node} node */
function isOfEngine(node) {
  const parent = /** @type {Rule.Node} */ (/** @type {Rule.Node} */ (node).parent);
  if (parent.type === 'ArrowFunctionExpression') return isOfEngine(parent);
  if (parent.type === 'Property') return parent.key.type === 'Identifier' && ofRows.has(parent.key.name);
  if (parent.type !== 'CallExpression' && parent.type !== 'NewExpression') return false;
  const { type, callee } = parent;
  if (callee.type !== 'Identifier') return false;
  return type === 'NewExpression' ? callee.name === 'Error' : makingRows.has(callee.name);
}

/** Whether a string is for the program, or has been put through `l10n.t`. @param {Node} node */
function isExempt(node) {
  const parent = /** @type {Node} */ (/** @type {Rule.Node} */ (node).parent);
  if (/^(TSLiteralType|Import|Export(Named|All)|SwitchCase|BinaryExpression|MemberExpression)/.test(parent.type))
    return true;
  if (parent.type === 'Property')
    return parent.key === node || (parent.key.type === 'Identifier' && parent.key.name === 'class');
  if (parent.type !== 'CallExpression') return false;
  const { callee } = parent;
  if (callee.type !== 'MemberExpression')
    return (
      callee.type === 'Identifier' &&
      (callee.name === 't' || (showing.has(callee.name) && parent.arguments[0] !== node))
    );
  const name = callee.property.type === 'Identifier' ? callee.property.name : '';
  const of = callee.object.type === 'MemberExpression' ? callee.object.property : callee.object;
  return name === 't' || unseen.test(name) || (of.type === 'Identifier' && of.name === 'log');
}
