/** Lets `{{name}}` within a line of text be code, as it is in a block, and not Vue's. A plugin for markdown-it. */
export function keepBraces(md) {
  const render = md.renderer.rules.code_inline;
  md.renderer.rules.code_inline = (tokens, at, ...rest) => {
    tokens[at].attrSet('v-pre', '');
    return render(tokens, at, ...rest);
  };
}
