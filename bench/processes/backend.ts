import { createServer } from "node:http";
import { closeServer, listen } from "./listen.ts";
import { serveParent } from "./parent.ts";

/** The smallest application: five bytes, at once. */
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/plain", "content-length": 5 });
  response.end("hello");
});
serveParent({ port: await listen(server) }, {}, () => closeServer(server));
