import { createHash } from "node:crypto";
import { openApiV3 } from "../schema/openApi.ts";
import { openApiPaths } from "./discovery.ts";
import type { Registry } from "./registry.ts";

type Document = { readonly text: string; readonly hash: string };

/** The OpenAPI v3 documents, made when they are asked for and kept until other kinds are served. */
export class OpenApi {
  readonly #registry: Registry;
  #version = -1;
  #documents = new Map<string, Document>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** `/openapi/v3`: where the documents are. */
  index(): object {
    const paths = [...openApiPaths(this.#registry).keys()].map((path) => {
      const hash = this.#document(path)?.hash ?? "";
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
    });
    return { paths: Object.fromEntries(paths) };
  }

  /** The document of `apis/apps/v1` or `api/v1` as JSON; undefined when nothing is served there. */
  text(path: string): string | undefined {
    return this.#document(path)?.text;
  }

  #document(path: string): Document | undefined {
    if (this.#version !== this.#registry.version) {
      this.#version = this.#registry.version;
      this.#documents = new Map();
    }
    const known = this.#documents.get(path);
    if (known !== undefined) return known;
    const entry = openApiPaths(this.#registry).get(path);
    if (entry === undefined) return undefined;
    const text = JSON.stringify(openApiV3(entry.groupVersion, entry.definitions));
    const document = { text, hash: createHash("sha256").update(text).digest("hex").toUpperCase() };
    this.#documents.set(path, document);
    return document;
  }
}
