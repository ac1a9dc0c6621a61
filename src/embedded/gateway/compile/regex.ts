import { setFlagsFromString } from "node:v8";

const maxPatternLength = 4096;
const maxInputLength = 8192;
/** `l` chooses the linear engine; it is V8's own and only known once the engine is on. */
const linearFlags = "ls";

export type CompiledRegex =
  | { readonly ok: true; readonly test: (value: string) => boolean }
  | { readonly ok: false; readonly message: string };

let linearEngine = false;

/**
 * A test for whether the whole value matches. Runs on the engine of V8 that takes time linear in the input, so that
 * no pattern can hold up the data plane; patterns that it cannot run (look-around, back-references, large counted
 * repetitions) are refused. A leading `(?i)` ignores case. Longer values than 8 KiB never match.
 */
export function compileRegex(pattern: string): CompiledRegex {
  if (pattern.length > maxPatternLength)
    return { ok: false, message: `the regular expression is longer than ${maxPatternLength} characters` };
  if (!linearEngine) {
    setFlagsFromString("--enable-experimental-regexp-engine");
    linearEngine = true;
  }
  const ignoreCase = pattern.startsWith("(?i)");
  const source = ignoreCase ? lowerCase(pattern.slice(4)) : pattern;
  try {
    const regex = new RegExp(`^(?:${source})$`, linearFlags);
    return {
      ok: true,
      test: (value) => value.length <= maxInputLength && regex.test(ignoreCase ? value.toLowerCase() : value),
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, "") : "it cannot be read";
    return {
      ok: false,
      message: `the regular expression ${JSON.stringify(pattern.slice(0, 80))} cannot be used: ${detail}`,
    };
  }
}

/** The pattern for values in lower case: this engine has no way to ignore case. Escapes such as `\\S` stay. */
function lowerCase(pattern: string): string {
  return pattern.replaceAll(/\\.|[A-Z]/g, (part) => (part.length === 1 ? part.toLowerCase() : part));
}
