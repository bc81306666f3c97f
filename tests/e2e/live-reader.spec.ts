/** The rule of live reading, without a page: the newest ink wins, and nothing starts while held. */

import { expect, test } from "@playwright/test";

import { LiveReader } from "../../www/src/live-reader";

/** A reader whose readings end when the test says so. */
function setUp() {
  const started: string[] = [];
  const done: string[] = [];
  const failed: unknown[] = [];
  const ends = new Map<string, { resolve(result: string): void; reject(error: unknown): void }>();
  const reader = new LiveReader<string, string>(
    (input) => {
      started.push(input);
      return new Promise((resolve, reject) => ends.set(input, { resolve, reject }));
    },
    { done: (result) => done.push(result), failed: (error) => failed.push(error) },
  );
  const end = async (input: string): Promise<void> => {
    ends.get(input)?.resolve(`read ${input}`);
    await new Promise((resolve) => setTimeout(resolve));
  };
  const fail = async (input: string): Promise<void> => {
    ends.get(input)?.reject(new Error(input));
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { reader, started, done, failed, end, fail };
}

test("of the requests that come while a reading runs only the newest is read", async () => {
  const { reader, started, done, end } = setUp();
  for (const input of ["a", "b", "c"]) reader.request(input);
  await end("a");
  await end("c");
  expect(started).toEqual(["a", "c"]);
  expect(done).toEqual(["read c"]);
});

test("nothing starts while there is a reason to hold, however many are lifted", async () => {
  const { reader, started, done, end } = setUp();
  reader.hold("engine");
  reader.hold("stroke");
  reader.request("a");
  reader.release("stroke");
  expect(started).toEqual([]);
  reader.release("engine");
  await end("a");
  expect(done).toEqual(["read a"]);
});

test("a reading that was running when a stroke began is shown if nothing newer was asked for", async () => {
  const { reader, done, end } = setUp();
  reader.request("a");
  reader.hold("stroke");
  await end("a");
  expect(done).toEqual(["read a"]);
});

test("a failure is told unless newer ink has overtaken it, and the next is read", async () => {
  const { reader, done, failed, end, fail } = setUp();
  reader.request("a");
  reader.request("b");
  await fail("a");
  await fail("b");
  reader.request("c");
  await end("c");
  expect(failed).toEqual([new Error("b")]);
  expect(done).toEqual(["read c"]);
});

test("idle settles with the running reading", async () => {
  const { reader, end } = setUp();
  reader.request("a");
  let idle = false;
  const waited = reader.idle().then(() => (idle = true));
  await new Promise((resolve) => setTimeout(resolve));
  expect(idle).toBe(false);
  await end("a");
  await waited;
  expect(idle).toBe(true);
});
