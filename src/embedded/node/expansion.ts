/**
 * Replaces `$(NAME)` by the variable's value as Kubernetes does: an unknown name stays as written, `$$` becomes `$`
 * and so protects a reference, and what was replaced is not looked at again.
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/gu, (match, name: string | undefined) => {
    if (name === undefined) return "$";
    return variables.get(name) ?? match;
  });
}
