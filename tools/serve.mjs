// Serves a folder as it is at each request: node tools/serve.mjs FOLDER PORT

import { createServer } from "node:http";

import sirv from "sirv";

const [folder, port] = process.argv.slice(2);
const host = "127.0.0.1";
const serveFile = sirv(folder, { dev: true });
const server = createServer((request, response) => {
  serveFile(request, response, () => response.writeHead(404).end("Not found"));
});
server.on("error", (error) => {
  const taken = error.code === "EADDRINUSE";
  console.error(taken ? `port ${port} is taken: give another one, ./build.sh serve PORT` : error.message);
  process.exit(1);
});
server.listen(Number(port), host, () => console.log(`== serving ${folder} at http://${host}:${port}/`));
