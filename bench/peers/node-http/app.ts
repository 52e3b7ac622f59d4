// The smallest HTTP server in Node.js: it receives the whole body, does not parse it, and answers a constant.
import { createServer } from "node:http";
import { answerBatch, answerSingle } from "../constant.ts";

const answers = new Map(
  Object.entries({ "/predict_single/": answerSingle, "/predict_batch/": answerBatch }).map(([path, text]) => {
    const body = Buffer.from(text);
    const headers = { "content-type": "application/json; charset=utf-8", "content-length": body.byteLength };
    return [path, { body, headers }];
  }),
);

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    Buffer.concat(chunks);
    const answer = answers.get(request.url ?? "");
    if (!answer) response.writeHead(404).end();
    else response.writeHead(200, answer.headers).end(answer.body);
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
