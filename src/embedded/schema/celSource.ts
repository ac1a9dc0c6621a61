/** A piece of an expression: a name, a string literal, a number, one sign, or white space. */
type Token = { readonly kind: "name" | "string" | "space" | "other"; readonly text: string };

const tokenPattern =
  /(?<space>\s+|\/\/[^\n]*)|(?<string>[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<other>\d[\w.]*|[\s\S])/gu;

function tokensOf(expression: string): Token[] {
  return Array.from(expression.matchAll(tokenPattern), ({ 0: text, groups }) => {
    const kind = groups?.["space"] ? "space" : groups?.["string"] ? "string" : groups?.["name"] ? "name" : "other";
    return { kind, text };
  });
}

/**
 * Puts an expression of Kubernetes into what the CEL library reads: message literals (`JSONPatch{op: "add"}`,
 * `Object.spec{replicas: 3}`) become maps, escaped field names (`self.__namespace__`, `self.a__dash__b`) become their
 * real ones, and `has(list[0].field)` asks a function.
 */
export function rewriteCel(expression: string): string {
  return rewriteHas(rewriteEscapes(rewriteMessages(tokensOf(expression))))
    .map(({ text }) => text)
    .join("");
}

const other = (text: string): Token => ({ kind: "other", text });

/** The index of the next token that is no white space, from `index` on. */
function skip(tokens: readonly Token[], index: number): number {
  let at = index;
  while (tokens[at]?.kind === "space") at += 1;
  return at;
}

function rewriteMessages(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  const closers: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? other("");
    const brace = token.kind === "name" ? messageBrace(tokens, at) : undefined;
    if (brace !== undefined) {
      result.push(other("dyn({"));
      closers.push("})");
      at = brace;
      continue;
    }
    if (token.text === "{" && token.kind === "other") closers.push("}");
    if (token.text === "}" && token.kind === "other") {
      result.push(other(closers.pop() ?? "}"));
      continue;
    }
    const isField =
      closers.at(-1) === "})" &&
      token.kind === "name" &&
      tokens[skip(tokens, at + 1)]?.text === ":" &&
      startsField(result);
    result.push(isField ? { kind: "string", text: JSON.stringify(token.text) } : token);
  }
  return result;
}

function startsField(before: readonly Token[]): boolean {
  const last = before.findLast(({ kind }) => kind !== "space");
  return last?.text === "," || last?.text === "dyn({";
}

/** Where the brace of a message literal is whose name starts at `index`, if one does. */
function messageBrace(tokens: readonly Token[], index: number): number | undefined {
  const first = tokens[index]?.text;
  if ((first !== "JSONPatch" && first !== "Object") || tokens[index - 1]?.text === ".") return undefined;
  let at = index + 1;
  while (tokens[at]?.text === "." && tokens[at + 1]?.kind === "name") at += 2;
  at = skip(tokens, at);
  return tokens[at]?.text === "{" ? at : undefined;
}

const words: Readonly<Record<string, string>> = { __underscores__: "__", __dot__: ".", __dash__: "-", __slash__: "/" };
const keyword =
  /^__(true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)__$/;

function unescapeField(name: string): string {
  const reserved = keyword.exec(name)?.[1];
  return reserved ?? name.replaceAll(/__(?:underscores|dot|dash|slash)__/g, (word) => words[word] ?? word);
}

function rewriteEscapes(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (const token of tokens) {
    const name = token.kind === "name" && result.at(-1)?.text === "." ? unescapeField(token.text) : token.text;
    if (name === token.text) result.push(token);
    else result.splice(-1, 1, { kind: "name", text: `[${JSON.stringify(name)}]` });
  }
  return result;
}

function rewriteHas(tokens: readonly Token[]): Token[] {
  const result = [...tokens];
  for (let at = 0; at < result.length; at += 1) {
    if (result[at]?.text !== "has" || result[at]?.kind !== "name" || result[at - 1]?.text === ".") continue;
    const open = skip(result, at + 1);
    if (result[open]?.text !== "(") continue;
    rewriteOneHas(result, at, open);
  }
  return result;
}

function rewriteOneHas(tokens: Token[], at: number, open: number): void {
  const close = closing(tokens, open);
  const inside = tokens.slice(open + 1, close).filter(({ kind }) => kind !== "space");
  const isPath = inside.every(({ kind, text }) =>
    kind === "name" ? !text.startsWith("[") : text === "." || text === "?",
  );
  if (isPath) return;
  const last = close - 1;
  const field = tokens[last];
  if (field?.kind !== "name") return;
  const dotted = tokens[last - 1]?.text === ".";
  if (!dotted && !field.text.startsWith("[")) return;
  const key = dotted ? JSON.stringify(field.text) : field.text.slice(1, -1);
  tokens.splice(dotted ? last - 1 : last, dotted ? 2 : 1, { kind: "string", text: `, ${key}` });
  tokens[at] = { kind: "name", text: "hasField" };
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] ?? other("");
    if (kind !== "other") continue;
    if ("([{".includes(text)) depth += 1;
    if (")]}".includes(text)) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}
