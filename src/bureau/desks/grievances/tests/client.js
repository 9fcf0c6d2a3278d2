// The client that sites use: prints what it hears, one JSON line each; sends what it reads.
const { io } = require("socket.io-client");
const [url, path, transport, origin] = process.argv.slice(2);
const options = { path, transports: [transport], reconnection: false };
if (origin) options.extraHeaders = { Origin: origin };
const socket = io(url, options);
const say = (...words) => console.log(JSON.stringify(words));
socket.on("connect", () => say("connect"));
socket.on("connect_error", (error) => say("connect_error", error.message));
socket.onAny((name, data) => say(name, data));
require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [name, data] = JSON.parse(line);
    socket.emit(name, data, (answer) => say("ack", answer));
  })
  .on("close", () => process.exit(0));
