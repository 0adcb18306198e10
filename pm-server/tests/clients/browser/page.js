// A client in a page, written from docs/protocol.md: the browser's own WebSocket and protobufjs, nothing of ours.
"use strict";

/** The messages, from the text of the .proto files. */
function messages(sources) {
  const root = new protobuf.Root();
  for (const source of sources) protobuf.parse(source, root, { keepCase: true });
  root.resolveAll();
  return { Client: root.lookupType("pm.v1.ClientFrame"), Server: root.lookupType("pm.v1.ServerFrame") };
}

class Client {
  constructor(types, url, token) {
    Object.assign(this, { types, url, token, position: null, sequences: [], groups: [], requests: 0 });
    this.unanswered = new Map();
    this.watchers = new Set();
  }

  /** Connects and says hello; `how` is where the token goes. Answers how the stream goes on. */
  connect(how = "protocol") {
    const offer = how === "protocol" ? ["pm.v1", `pm.bearer.${this.token}`] : [];
    return new Promise((done, failed) => {
      this.socket = new WebSocket(this.url, offer);
      this.socket.binaryType = "arraybuffer";
      this.closed = new Promise((closed) => {
        this.socket.onclose = (event) => {
          closed(event.code);
          failed(new Error(`closed with ${event.code}`));
        };
      });
      this.socket.onmessage = (event) => this.receive(new Uint8Array(event.data), done);
      this.socket.onopen = () => {
        const hello = { protocol_version: 1, token: how === "hello" ? this.token : "" };
        if (this.position) Object.assign(hello, this.position);
        this.send({ hello });
      };
    });
  }

  send(body) {
    this.requests += 1;
    const frame = this.types.Client.create({ request_id: this.requests, ...body });
    this.socket.send(this.types.Client.encode(frame).finish());
    return this.requests;
  }

  /** Sends a command; its answer. One that is not answered is kept and sent again after the next welcome. */
  command(command) {
    return new Promise((done) => {
      this.unanswered.set(command.id, { command, done });
      this.send({ command });
    });
  }

  /** Waits until everything up to a sequence is here. */
  reach(sequence) {
    return new Promise((done) => {
      const look = () => {
        if (!this.position || this.position.sequence < sequence) return;
        this.watchers.delete(look);
        done(this.position.sequence);
      };
      this.watchers.add(look);
      look();
    });
  }

  receive(bytes, welcomed) {
    const decoded = this.types.Server.decode(bytes);
    const frame = this.types.Server.toObject(decoded, { longs: Number, enums: String, oneofs: true, defaults: true });
    const body = frame[frame.body];
    if (frame.body === "welcome") {
      this.isNew = body.resume === "RESUME_KIND_SNAPSHOT";
      this.position = { epoch: body.epoch, sequence: this.isNew ? -1 : this.position.sequence };
      for (const { command } of this.unanswered.values()) this.send({ command });
      welcomed({ resume: body.resume, user: body.user, protocol: this.socket.protocol });
    } else if (frame.body === "snapshot_chunk") {
      this.begin ??= body.sequence;
      if (body.last) this.position.sequence = this.begin;
    } else if (frame.body === "event_batch") {
      for (const event of body.events) {
        if (event.sequence !== this.position.sequence + 1) throw new Error("lost or twice");
        this.position.sequence = event.sequence;
        this.sequences.push(event.sequence);
        this.groups.push(event.group);
      }
      this.position.sequence = body.complete_to;
    } else if (["outcome", "rejection", "failure"].includes(frame.body)) {
      this.answer(frame.body, body);
    }
    for (const look of [...this.watchers]) look();
  }

  answer(kind, body) {
    const asked = this.unanswered.get(body.command);
    if (kind !== "outcome" || !asked) throw new Error(`${kind}: ${body.message}`);
    this.unanswered.delete(body.command);
    asked.done({ replayed: body.replayed, first: body.first_sequence, last: body.last_sequence });
  }
}
