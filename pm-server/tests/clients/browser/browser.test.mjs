// The browser's own WebSocket against a real server: node --test, Debian's chromium, playwright-core.
//
// The pages are made by the test and shown at the server's own address, so that the browser sends the Origin that a page
// of this host has; their connections go to the real server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

const { PM_SERVER, PM_ROOT, PM_CHROMIUM } = process.env;
// Without these it looks for hosts of its maker at every start.
const CHROMIUM = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  // A page that the test makes has no address, and could not connect to one of this machine.
  "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
];

const folder = mkdtempSync(join(tmpdir(), "pm-browser-"));
const protos = join(PM_ROOT, "proto/pm/v1");
const sources = readdirSync(protos).map((file) => readFileSync(join(protos, file), "utf8"));
const library = createRequire(import.meta.url).resolve("protobufjs/dist/protobuf.min.js");
const scripts = [library, new URL("page.js", import.meta.url)].map((file) => readFileSync(file, "utf8"));

let port, server, browser;

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** Resolves once it says where it is. */
async function startServer() {
  server = spawn(PM_SERVER, ["--data", folder, "serve", "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("websocket")) return;
  }
  throw new Error("the server did not begin");
}

async function killServer() {
  server.kill("SIGKILL");
  await once(server, "exit");
}

function token(user, role = "member") {
  const secret = readFileSync(join(folder, "secret"), "utf8").trim();
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 600;
  const said = `${part({ alg: "HS256", typ: "JWT" })}.${part({ tenant: "main", sub: user, role, exp })}`;
  return `${said}.${createHmac("sha256", secret).update(said).digest("base64url")}`;
}

/** A page at an address, with a client in it that has not connected yet. */
async function page(user, role, origin = `http://127.0.0.1:${port}`) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => assert.fail(error));
  page.said = [];
  page.on("console", (message) => page.said.push(message.text()));
  const empty = { contentType: "text/html", body: "<!doctype html><title>client</title>" };
  await page.route(`${origin}/**`, (route) => route.fulfill(empty));
  await page.goto(`${origin}/`);
  for (const content of scripts) await page.addScriptTag({ content });
  await page.evaluate(
    ([sources, url, token]) => {
      window.client = new Client(messages(sources), url, token);
    },
    [sources, `ws://127.0.0.1:${port}/ws`, token(user, role)],
  );
  return page;
}

const connect = (page, how) => page.evaluate((how) => client.connect(how), how);
const run = (page, id, change) =>
  page.evaluate(([id, change]) => client.command({ id, parts: [{ change }] }), [id, change]);
const reach = (page, sequence) => page.evaluate((sequence) => client.reach(sequence), sequence);
const seen = (page) => page.evaluate(() => ({ sequences: client.sequences, groups: client.groups }));
const item = (title) => ({ create_item: { project: "PM", title, kind: 3, priority: 5 } });

before(async () => {
  port = await freePort();
  await startServer();
  browser = await chromium.launch({ executablePath: PM_CHROMIUM, args: CHROMIUM });
});

after(async () => {
  await browser?.close();
  await killServer();
  rmSync(folder, { recursive: true });
});

test("given two pages when one changes something then the other sees it, and after a break only what it missed", async () => {
  const [ann, bob] = [await page("ann", "admin"), await page("bob", "member")];
  assert.deepEqual(await connect(ann), { resume: "RESUME_KIND_SNAPSHOT", user: "ann", protocol: "pm.v1" });
  await connect(bob);
  await reach(bob, 0);
  const project = { key: "PM", title: "From a page", visibility: 1, wip_policy: 1 };
  await run(ann, "project", { create_project: project });
  const { last } = await run(ann, "one", item("one"));
  await reach(bob, last);
  assert.ok((await seen(bob)).groups.includes("one"));

  await bob.evaluate(() => {
    client.socket.close(1000);
    return client.closed;
  });
  const missed = await run(ann, "two", item("two"));
  assert.equal((await connect(bob)).resume, "RESUME_KIND_TAIL");
  await reach(bob, missed.last);
  await reach(ann, missed.last);
  assert.deepEqual((await seen(bob)).groups.slice(-1), ["two"]);
  assert.deepEqual(await seen(bob), await seen(ann));

  // The server is killed while a command is on its way: it is sent again and done once.
  await ann.evaluate(() => {
    client.lost = client.command({ id: "three", parts: [{ change: { create_item: {
      project: "PM", title: "three", kind: 3, priority: 5,
    } } }] });
  });
  await killServer();
  for (const page of [ann, bob]) await page.evaluate(() => client.closed);
  await startServer();
  for (const page of [ann, bob]) assert.notEqual((await connect(page)).resume, "RESUME_KIND_SNAPSHOT");
  const done = await ann.evaluate(() => client.lost);
  for (const page of [ann, bob]) await reach(page, done.last);
  const all = await seen(bob);
  assert.equal(all.groups.filter((group) => group === "three").length, 1);
  assert.deepEqual(all, await seen(ann));
  await ann.close();
  await bob.close();
});

test("given a token in hello when a page connects then it is welcome too", async () => {
  const ann = await page("ann", "member");
  assert.equal((await connect(ann, "hello")).user, "ann");
  await ann.close();
});

test("given a page of another site when it connects then the browser is refused", async () => {
  const mallory = await page("ann", "admin", "http://other.example:8080");
  await assert.rejects(connect(mallory), /closed with 1006/);
  assert.match(mallory.said.join("\n"), /Unexpected response code: 403/);
  await mallory.close();
});
