// Writes the logs of VS Code in place of its native `@vscode/spdlog`, which takes minutes to build. `install.sh` puts it there.

const { appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

const LEVELS = ["trace", "debug", "info", "warning", "error", "critical"];
const INFO = 2;

class Logger {
  constructor(_kind, _name, file) {
    this.file = file;
    this.level = INFO;
    this.isPlain = false;
  }

  getLevel() {
    return this.level;
  }

  setLevel(level) {
    this.level = level;
  }

  setPattern() {
    this.isPlain = false;
  }

  clearFormatters() {
    this.isPlain = true;
  }

  flush() {}

  drop() {}

  write(level, message) {
    if (level < this.level) return;
    const line = `${new Date().toISOString().replace("T", " ").slice(0, -1)} [${LEVELS[level]}] ${message}\n`;
    appendFileSync(this.file, this.isPlain ? message : line);
  }
}

for (const [level, name] of ["trace", "debug", "info", "warn", "error", "critical"].entries()) {
  Logger.prototype[name] = function log(message) {
    this.write(level, message);
  };
}

async function createRotatingLogger(name, file) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger("rotating", name, file);
}

// VS Code imports these by name, which Node finds only where they are written so.
exports.Logger = Logger;
exports.createRotatingLogger = createRotatingLogger;
exports.createAsyncRotatingLogger = createRotatingLogger;
exports.setFlushOn = () => undefined;
exports.setLevel = () => undefined;
exports.version = 0;
