import { readFileSync } from "node:fs";

/** Version of the package that this runs from. */
export function version(): string {
  const packageFile = new URL(
    import.meta.url.includes("/dist/") ? "../package.json" : "../../package.json",
    import.meta.url,
  );
  const { version: text } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
  return text;
}
