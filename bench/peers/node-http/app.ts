// The smallest HTTP server in Node.js: it receives the whole body, keeps none of it, and answers a constant.
import { createServer } from "node:http";
import { answerBatch, answerSingle } from "../constant.ts";

const answers = new Map(
  Object.entries({ "/predict_single/": answerSingle, "/predict_batch/": answerBatch }).map(([path, body]) => [
    path,
    {
      // A string, which Node.js sends in one piece with the head; a Buffer is a second write.
      body,
      headers: { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) },
    },
  ]),
);

createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    const answer = answers.get(request.url ?? "");
    if (!answer) response.writeHead(404).end();
    else response.writeHead(200, answer.headers).end(answer.body);
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
