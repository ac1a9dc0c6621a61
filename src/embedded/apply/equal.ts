/** Whether two JSON values are the same, regardless of the order of fields. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => equalJson(item, right[index]));
  }
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  const [a, b]: Record<string, unknown>[] = [{ ...left }, { ...right }];
  return names.every((name) => b !== undefined && Object.hasOwn(b, name) && equalJson(a?.[name], b[name]));
}
