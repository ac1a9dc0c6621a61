import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { TidegateError, messageOf } from "../../api/error.ts";

/** Version of the tables; a file with a higher one was written by a newer Tidegate. */
export const schemaVersion = 1;
/** "TGdb": tells our file from any other SQLite file. */
const applicationId = 0x54476462;

const tables = `
  CREATE TABLE objects (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (collection, key)
  ) WITHOUT ROWID;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counters VALUES ('revision', 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * Opens the database, making it when it is not there. Nothing is changed in a file that cannot be used. Throws
 * STATE_NEWER, STATE_DAMAGED or STATE_IN_USE, each naming the file and the remedy.
 */
export function openDatabase(path: string): DatabaseSync {
  const fresh = !existsSync(path) || statSync(path).size === 0;
  if (!fresh) inspect(path);
  const database = new DatabaseSync(path);
  try {
    // The lock is held until the process ends, so that two servers never share a file.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0;");
    if (fresh) database.exec(`BEGIN; ${tables} COMMIT;`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000;");
    database.exec("BEGIN IMMEDIATE; COMMIT;");
    return database;
  } catch (error) {
    database.close();
    throw asStateError(path, error);
  }
}

function inspect(path: string): void {
  const header = readHeader(path);
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\u0000" || header.length < 100)
    throw damaged(path, "it is not a database");
  if (header.readUInt32BE(68) !== applicationId) throw damaged(path, "it is a database of something else");
  const version = header.readUInt32BE(60);
  if (version > schemaVersion) throw newer(path, version);
  checkContent(path);
}

/** Reads, without writing, all that SQLite can check. */
function checkContent(path: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    database.exec("PRAGMA busy_timeout = 0;");
    const answer = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
    if (answer !== "ok") throw damaged(path, String(answer));
  } catch (error) {
    throw error instanceof TidegateError ? error : asStateError(path, error);
  } finally {
    database?.close();
  }
}

function readHeader(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(100);
    return header.subarray(0, readSync(file, header, 0, 100, 0));
  } finally {
    closeSync(file);
  }
}

function asStateError(path: string, error: unknown): TidegateError {
  const message = messageOf(error);
  if (/locked|busy/i.test(message)) {
    return new TidegateError(
      "STATE_IN_USE",
      `${path} is in use by another embedded cluster; stop that one first, or choose another state directory`,
      {
        cause: error,
      },
    );
  }
  return damaged(path, message, error);
}

/** What to throw when the content of the file makes no sense. */
export function damaged(path: string, why: string, cause?: unknown): TidegateError {
  return new TidegateError(
    "STATE_DAMAGED",
    `${path} cannot be read (${why.replaceAll(/\s+/g, " ").trim()}); nothing was changed. Restore the file from a copy, or move it away to begin with an empty cluster`,
    cause === undefined ? {} : { cause },
  );
}

function newer(path: string, version: number): TidegateError {
  return new TidegateError(
    "STATE_NEWER",
    `${path} was written by a newer Tidegate (state version ${version}, this one knows ${schemaVersion}); nothing was changed. Use that version, or another state directory`,
  );
}
