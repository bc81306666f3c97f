/** The worker's script: `WorkerRecognizer` starts it. */

import { expose } from "comlink";

import { Host } from "./worker/host.js";

expose(new Host());
