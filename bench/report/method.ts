import { BASELINE } from "../baseline.ts";

/** How the figures are compared, for the report. */
export const COMPARED = [
  "Figures are ours divided by theirs. Rates are compared by *answers per second of the server's own CPU time*, which leaves out",
  "most of what other work on the machine took; the ratio of plain answers per second is beside it and decides nothing. Against",
  "Node.js servers, the service of the commit of comparison among them, a figure is the median of the ratios of alternating",
  "cycles, with their range; against the others the ratio of the medians of all rounds.",
];

/** How the figures are measured, for the report. */
export const METHOD = [
  "## How it is measured",
  "",
  "- All servers run on core 0 (`taskset`), the load generator on core 1. Each is one process with one worker as far as it allows;",
  "  servers that are not under load are idle. All serve `service/model/v1.onnx` (scikit-learn: the pipeline behind it) with one",
  "  thread, and their answers to all rows are held against the trainer's own probabilities before anything is measured.",
  "- Requests ask about all 303 rows of the data in turn, one by one or 100 at a time.",
  `- The service at ${BASELINE} is built from the history by its own build, with the packages that are installed now. All Node.js`,
  "  servers are bundled by the same settings and run with the same version of Node.js and the same heap options.",
  "- Throughput: wrk, 32 connections kept alive. Servers and load go before other work on the machine where that is",
  "  allowed (niceness, below); it still shifts absolute figures from second to second. Node.js servers are close together, so",
  "  they are loaded in turn, in cycles of a few seconds whose order is reversed every time: at least 20 in a full run, 4 in a quick one.",
  "- Before a round's figures each server is loaded for some seconds without counting, and all are started anew in each round.",
  "- CPU time is that of the whole process tree (`/proc/<pid>/stat`, children included), divided by the answers.",
  "- Latency: h2load offers the same rate of single rows to all, half of what the slowest of ours, FastAPI + ONNX Runtime and",
  "  ASGI by hand takes. It sends one body, so each round takes another row. Its limits: a request is timed from when it was sent,",
  "  and one that is due while its connection (of 8) still waits is sent late, so a stall counts for at most 8 requests. A server",
  "  that could not take 1.5 times the rate has none. *Above its 404*: the p99 less that of the same server's answer to an unknown",
  "  path, at the same rate just before; what is left out is the generator's part and that of HTTP.",
  "- First answer: from the start of the process to the end of its first prediction, alone, files in the page cache, Python compiled: a start before is not counted.",
  "- Memory: after load, while no other server runs, summed over the process tree. PSS counts a page that processes share once, RSS",
  "  in each of them. Interpreters are copies of their own, so that no other program of the machine shares their pages.",
  "- Size: a server's own files and packages (Python's without pip), its interpreter with its library (Python's without tests, editor",
  "  and compiled files), and the shared libraries elsewhere that the running server has mapped, such as OpenSSL. Programs and those",
  "  libraries are without symbols. libc and GCC's runtime are in none.",
  "- No server batches requests by waiting but LitServe, whose documentation advises it. Ours joins the requests that one turn of",
  "  the event loop brings.",
];
