import { serveParent } from "./parent.ts";

/** A process that does nothing: what Node itself takes. */
serveParent({}, {}, () => Promise.resolve());
